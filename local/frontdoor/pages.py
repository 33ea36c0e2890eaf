"""The few HTML pages under /_local."""

from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding-left: 1.2rem; border-left: 1px solid #8884; }
.bar { display: inline-block; height: .5rem; min-width: 2px; background: #2a7; vertical-align: middle; }
.error .bar, .throttle .bar { background: #d80; } .fault .bar { background: #c33; }
small { opacity: .7; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .1rem .8rem .1rem 0; }
"""


def index() -> str:
    """Links to everything under /_local."""
    entries = {
        "/_local/traces": "the latest traces (JSON; ?correlationId= or ?traceId= finds others)",
        "/_local/queues": "queues and what waits in them (JSON)",
        "/_local/mail": "e-mails and text messages that were sent",
        "/_local/mail.json": "the same for programs",
        "/_local/legacy": "the old system's database",
        "/config.json": "what the pages know of this platform (JSON)",
    }
    links = "".join(f'<p><a href="{path}">{path}</a> {escape(text)}</p>' for path, text in entries.items())
    form = (
        "<form onsubmit=\"location='/_local/trace/'+encodeURIComponent(this.id.value);return false\">"
        '<label>Trace of an order, correlation id or trace id <input name="id" required></label>'
        "<button>Show</button></form>"
    )
    return _page("Inside the local platform", links + form)


def traces(identity: str, documents: list[dict[str, Any]]) -> str:
    """Traces as nested lists with bars; `documents` is what /_local/traces gives."""
    start = documents[0]["start"]
    ends = [document["start"] + (document["durationMs"] or 0) / 1000 for document in documents]
    span = max(max(ends) - start, 0.001)
    parts = [
        f"<h2><small>+{(document['start'] - start) * 1000:.0f} ms</small> {escape(document['traceId'])}</h2>"
        f"<ul>{''.join(_segment(segment, start, span) for segment in document['segments'])}</ul>"
        for document in documents
    ]
    return _page(f"Traces of {identity}", "".join(parts))


def tables(title: str, named: dict[str, list[dict[str, Any]]]) -> str:
    """Each table under its name."""
    return _page(title, "".join(f"<h2>{escape(name)}</h2>{_table(rows)}" for name, rows in named.items()))


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>empty</p>"
    head = "".join(f"<th>{escape(column)}</th>" for column in rows[0])
    body = "".join(f"<tr>{''.join(_cell(value) for value in row.values())}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def _segment(segment: dict[str, Any], start: float, span: float) -> str:
    spent = segment["durationMs"]
    offset = (segment["start"] - start) / span * 100
    bar = (
        f'<span class="bar" style="margin-left:{offset * 0.4:.2f}%;width:{(spent or 0) / 10 / span * 0.4:.2f}%"></span>'
    )
    notes = " ".join(f"{name}={value}" for name, value in segment["annotations"].items())
    duration = "open" if spent is None else f"{spent:.1f} ms"
    children = "".join(_segment(child, start, span) for child in segment["children"])
    return (
        f'<li class="{segment["state"]}">{bar}<br>{escape(segment["name"])} {duration} <small>{escape(notes)}</small>'
        f"{f'<ul>{children}</ul>' if children else ''}</li>"
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )
