"""`/_local/…`: what only a laptop has: traces, queues, sent mail and the old system's database."""

import asyncio
from typing import Any

from aiohttp import web

from local import stack
from local.frontdoor import pages
from local.frontdoor.platform import PLATFORM
from local.frontdoor.problems import problem
from local.legacy import database
from local.settings import Settings
from local.xray import tree

LATEST = 100  # traces listed when none is asked for

routes = web.RouteTableDef()


@routes.get("/_local/")
async def index(request: web.Request) -> web.Response:
    """Links to the rest."""
    return web.Response(text=pages.index(), content_type="text/html")


@routes.get("/_local/traces")
async def traces(request: web.Request) -> web.Response:
    """All traces of a correlation or order id, one trace by its id, or the latest ones."""
    store = request.app[PLATFORM].traces
    identity = request.query.get("correlationId") or request.query.get("traceId")
    found = store.find(identity) if identity else store.latest(LATEST)
    return web.json_response({"traces": [tree.document(trace) for trace in found], "malformed": store.malformed})


@routes.get("/_local/trace/{id}")
async def trace(request: web.Request) -> web.Response:
    """The traces of an id as a page."""
    identity = request.match_info["id"]
    found = request.app[PLATFORM].traces.find(identity)
    if not found:
        return problem(404, "Not Found", f"No trace is known for {identity}.")
    text = pages.traces(identity, [tree.document(trace) for trace in found])
    return web.Response(text=text, content_type="text/html")


@routes.get("/_local/queues")
async def queues(request: web.Request) -> web.Response:
    """Every queue with what waits in it."""
    return web.json_response({"queues": await asyncio.to_thread(queue_depths, request.app[PLATFORM].settings)})


@routes.get("/_local/legacy")
async def legacy(request: web.Request) -> web.Response:
    """The old system's tables as they are now."""
    settings = request.app[PLATFORM].settings
    if not settings.legacy_database.exists():
        return problem(404, "Not Found", "There is no old system here.")
    tables = await asyncio.to_thread(database.contents, settings.legacy_database)
    text = pages.tables(f"The old system at {settings.legacy}", tables)
    return web.Response(text=text, content_type="text/html")


@routes.route("*", "/_local/{rest:.*}")
async def unknown(request: web.Request) -> web.Response:
    """Nothing under /_local falls through to the pages."""
    return problem(404, "Not Found", f"There is no {request.path}; /_local/ lists what there is.")


def queue_depths(settings: Settings) -> list[dict[str, Any]]:
    """Messages visible and in flight in every queue; a dead-letter queue is one that others redrive into.

    The failures of a stream's mapping go to a queue that no other redrives into: that one is known by its name.
    """
    sqs = stack.client(settings, "sqs")
    urls = [url for page in sqs.get_paginator("list_queues").paginate() for url in page.get("QueueUrls", [])]
    attributes = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in urls}
    policies = " ".join(values.get("RedrivePolicy", "") for values in attributes.values())
    return [
        {
            "name": url.rsplit("/", 1)[1],
            "visible": int(values["ApproximateNumberOfMessages"]),
            "inFlight": int(values["ApproximateNumberOfMessagesNotVisible"]),
            "delayed": int(values.get("ApproximateNumberOfMessagesDelayed", 0)),
            "deadLetter": f'"{values["QueueArn"]}"' in policies or "DeadLetter" in url,
        }
        for url, values in sorted(attributes.items())
    ]
