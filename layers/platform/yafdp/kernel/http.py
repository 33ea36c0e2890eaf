"""HTTP doors: routing by Powertools, typed bodies, who the caller is, and every error as problem+json (RFC 9457)."""

import base64
import re
from typing import Any, Protocol
from urllib.parse import unquote

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from yafdp.kernel.caller import Caller, of_claims
from yafdp.kernel.context import Correlation
from yafdp.kernel.errors import FieldError, InvalidRequest, NotFound, Problem
from yafdp.kernel.ids import safe_or_random
from yafdp.kernel.messages import Page, fingerprint
from yafdp.kernel.observability import Handler, logger, observed, trace_header, under
from yafdp.kernel.revisions import etag

# For things whose ETag names the version that editors see, and that also show what moves by itself (stock, hours): a
# browser that revalidated by the tag would show what has long changed.
LIVE = {"Cache-Control": "no-store"}
PROBLEM_BASE = "https://yafdp.dev/problems/"
# In a route, a part of the path with any character in it; `<name>` knows but some. See path_parameter.
ANYTHING = r"[\s\S]+"
# msgspec ends a complaint with the path: "… - at `$.items[0].quantity`"
_AT = re.compile(r"^(?P<detail>.*?)(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"field `(?P<field>[^`]+)`")


class Api(APIGatewayRestResolver):
    """A function's routes. `handler` is what Lambda calls."""

    def __init__(self) -> None:
        super().__init__()
        self.exception_handler(Problem)(_told)
        self.exception_handler(NotFoundError)(lambda _: _told(NotFound("There is no such resource.")))
        self.exception_handler(Exception)(_untold)

    @property
    def handler(self) -> Handler:
        """The Lambda handler: routes the request under its correlation."""

        def handle(event: dict[str, Any], context: Any) -> Any:
            headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
            correlation_id = safe_or_random(headers.get("x-correlation-id") or event["requestContext"].get("requestId"))
            with under(Correlation(correlation_id, event["requestContext"].get("requestId"), trace_header())):
                answer = self.resolve(event, context)
            answer.setdefault("multiValueHeaders", {})["X-Correlation-Id"] = [correlation_id]
            return answer

        return observed(handle)


def body[T](kind: type[T]) -> T:
    """The request's body as its typed message. Raises InvalidRequest that points at the field."""
    return decoded(api.current_event.body or "", kind)


def raw_body() -> bytes:
    """The request's body, byte for byte."""
    text = api.current_event.body or ""
    return base64.b64decode(text) if api.current_event.is_base64_encoded else text.encode()


def decoded[T](content: str | bytes, kind: type[T]) -> T:
    """JSON as its typed message. Raises InvalidRequest that points at the field."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise invalid(error) from error


def caller() -> Caller:
    """Who the gateway's authorizer says is calling."""
    return of_claims(api.current_event.request_context.authorizer.claims or {})


def header(name: str) -> str | None:
    """A request header, whatever its case."""
    value = api.current_event.headers.get(name)
    return value if value is None else str(value)


def query_number(name: str, default: int, *, lowest: int, highest: int) -> int:
    """A whole number from the query string. Raises InvalidRequest outside its bounds."""
    text = (api.current_event.query_string_parameters or {}).get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not lowest <= int(text) <= highest:
        detail = f"{name} must be a whole number from {lowest} to {highest}"
        raise InvalidRequest(detail, (FieldError(f"query:{name}", detail),))
    return int(text)


def query_flag(name: str) -> bool:
    """Whether the query string says `true`. Raises InvalidRequest for anything but `true` and `false`."""
    text = (api.current_event.query_string_parameters or {}).get(name, "false")
    if text not in {"true", "false"}:
        detail = f"{name} must be true or false"
        raise InvalidRequest(detail, (FieldError(f"query:{name}", detail),))
    return bool(text == "true")


def path_text(name: str, value: str, *, longest: int = 200) -> str:
    """A text from the path. Raises InvalidRequest when it is too long to name anything."""
    if len(value) > longest:
        detail = f"{name} has at most {longest} characters"
        raise InvalidRequest(detail, (FieldError(f"path:{name}", detail),))
    return value


def path_parameter(name: str) -> str:
    """A part of the path, decoded: a REST API hands it over as it was written (https://www.rfc-editor.org/rfc/rfc3986)."""
    return unquote((api.current_event.path_parameters or {}).get(name, ""))


def query_text(name: str, *, longest: int | None = None) -> str | None:
    """A text from the query string. Raises InvalidRequest when it is longer than it may be."""
    value = (api.current_event.query_string_parameters or {}).get(name)
    if value is None:
        return None
    if longest is not None and len(value) > longest:
        detail = f"{name} has at most {longest} characters"
        raise InvalidRequest(detail, (FieldError(f"query:{name}", detail),))
    return str(value)


def answer(
    status: int, content: msgspec.Struct | dict[str, Any], headers: dict[str, str] | None = None
) -> Response[str]:
    """A JSON answer."""
    return Response(
        status_code=status,
        content_type="application/json",
        headers=dict(headers or {}),
        body=msgspec.json.encode(content).decode(),
    )


def text_answer(text: str, content_type: str) -> Response[str]:
    """An answer that is not ours to cache and not JSON."""
    return Response(status_code=200, content_type=content_type, headers={"Cache-Control": "no-cache"}, body=text)


class Watchable(Protocol):
    """An answer that says where to watch what it began."""

    @property
    def links(self) -> Any:
        """Has `self`, the path to watch."""


def accepted(receipt: Watchable) -> Response[str]:
    """202: it has been put in line, and Location says where to watch it."""
    return answer(202, receipt, {"Location": receipt.links.self})  # type: ignore[arg-type]


def answer_tagged(content: msgspec.Struct, version: str, headers: dict[str, str] | None = None) -> Response[str]:
    """A JSON answer with an ETag, or an empty 304 for a caller that has this version already (If-None-Match)."""
    tag = etag(version)
    tagged = {**(headers or {}), "ETag": tag}
    known = [entry.strip().removeprefix("W/") for entry in (header("If-None-Match") or "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=dict(tagged), body="")
    return answer(200, content, tagged)


def answer_page[T](page: Page[T]) -> Response[str]:
    """A page of a collection with an ETag of its contents: whoever asks at intervals is told in a few bytes that
    nothing has changed.
    """
    return answer_tagged(page, fingerprint(page))


def answer_edited(
    content: msgspec.Struct, revision: str, *, status: int = 200, location: str | None = None
) -> Response[str]:
    """What an editor gets back: the thing, its new ETag, and where a new one is."""
    found = {"Location": location} if location else {}
    return answer(status, content, {"ETag": etag(revision), **found})


def answer_nothing() -> Response[str]:
    """204: it is done, and there is nothing to say."""
    return Response(status_code=204, body="")


def invalid(error: msgspec.DecodeError) -> InvalidRequest:
    """msgspec's complaint as a problem that points at the field (RFC 6901)."""
    match = _AT.match(str(error))
    detail, path = (match["detail"], match["path"] or "") if match else (str(error), "")
    pointer = path.replace("[", "/").replace("]", "").replace(".", "/")
    named = _FIELD.search(detail)
    if named:
        pointer = f"{pointer}/{named['field']}"
    return InvalidRequest(detail, (FieldError(pointer or "/", detail),))


def problem_type(slug: str) -> str:
    """The stable URI of a kind of problem; docs/problems.md describes each."""
    return PROBLEM_BASE + slug


def _told(problem: Problem) -> Response[str]:
    content: dict[str, Any] = {
        "type": problem_type(problem.type),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        content["errors"] = msgspec.to_builtins(problem.errors)
    return Response(
        status_code=problem.status, content_type="application/problem+json", body=msgspec.json.encode(content).decode()
    )


def _untold(error: Exception) -> Response[str]:
    """What went wrong inside is for the log, not for the caller."""
    logger.exception("request failed", exc_info=error)
    return _told(Problem("Something went wrong on our side; it has been logged. The same request may be sent again."))


api = Api()
