"""HTTP doors: bodies, callers, tags, and every error as a problem."""

import json
from typing import Annotated, Any

import msgspec
import pytest

from tests.unit.kernel.test_queue import Context
from yafdp.kernel.errors import Conflict, FieldError, InvalidRequest
from yafdp.kernel.http import ANYTHING, Api, answer_page, api, invalid, path_parameter, query_flag, text_answer
from yafdp.kernel.messages import Page, Request


@api.get(f"/any/{ANYTHING}")
def _echo() -> Any:
    return text_answer(path_parameter("code"), "text/plain")


@api.get("/listed")
def _listed() -> Any:
    return answer_page(Page(items=(query_flag("open"),)))


class Line(Request, frozen=True):
    item_id: str
    quantity: Annotated[int, msgspec.Meta(ge=1)]


class Wanted(Request, frozen=True):
    items: list[Line]


def called(api: Api, path: str = "/thing", **changes: Any) -> dict[str, Any]:
    event = {
        "httpMethod": "GET",
        "path": path,
        "resource": path,
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "request-1"},
        "body": None,
        "isBase64Encoded": False,
    }
    return dict(api.handler(event | changes, Context()))


def failing_with(error: Exception) -> dict[str, Any]:
    api = Api()

    @api.get("/thing")
    def thing() -> Any:
        raise error

    return called(api)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"items": [{"itemId": "a", "quantity": 0}]}', "/items/0/quantity"),
        ('{"items": [{"itemId": "a", "quantity": 1}, {"itemId": 7, "quantity": 1}]}', "/items/1/itemId"),
        ('{"items": [{"itemId": "a"}]}', "/items/0/quantity"),
        ('{"items": [], "total": 1}', "/total"),
        ("{}", "/items"),
        ("[]", "/"),
        ("{", "/"),
    ],
)
def test_a_complaint_points_at_the_field(text: str, pointer: str) -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(text, type=Wanted)
    assert invalid(caught.value).errors[0].pointer == pointer


@pytest.mark.parametrize(("text", "value"), [(None, False), ("false", False), ("true", True)])
def test_a_flag_is_true_or_false_and_false_if_it_is_missing(text: str | None, value: bool) -> None:
    answer = listed({} if text is None else {"open": text})
    assert json.loads(answer["body"])["items"] == [value]


@pytest.mark.parametrize("text", ["", "yes", "TRUE", "1"])
def test_a_flag_that_is_neither_is_refused(text: str) -> None:
    answer = listed({"open": text})
    assert (answer["statusCode"], json.loads(answer["body"])["errors"][0]["pointer"]) == (400, "query:open")


def test_a_page_is_not_sent_again_to_whoever_has_it_and_is_when_it_has_changed() -> None:
    first = listed({})
    (tag,) = first["multiValueHeaders"]["ETag"]
    again = listed({}, {"if-none-match": tag})
    assert (again["statusCode"], again["body"]) == (304, "")
    assert listed({"open": "true"}, {"if-none-match": tag})["statusCode"] == 200


def listed(query: dict[str, str], headers: dict[str, str] | None = None) -> dict[str, Any]:
    api_event = {"queryStringParameters": query or None, "headers": headers or {}}
    return called(api, "/listed", **api_event)


def test_a_problem_is_told_with_its_type_and_fields() -> None:
    answer = failing_with(InvalidRequest("bad", (FieldError("/a", "worse"),)))
    assert answer["statusCode"] == 400
    assert answer["multiValueHeaders"]["Content-Type"] == ["application/problem+json"]
    assert json.loads(answer["body"]) == {
        "type": "https://yafdp.dev/problems/invalid-request",
        "title": "Invalid request",
        "status": 400,
        "detail": "bad",
        "errors": [{"pointer": "/a", "detail": "worse"}],
    }


def test_a_conflict_is_409() -> None:
    assert failing_with(Conflict("taken"))["statusCode"] == 409


def test_what_went_wrong_inside_is_not_told() -> None:
    answer = failing_with(RuntimeError("password=hunter2"))
    assert answer["statusCode"] == 500
    assert "hunter2" not in json.dumps(answer)


def test_an_unknown_path_is_a_404_problem() -> None:
    answer = called(Api(), "/elsewhere")
    assert (answer["statusCode"], json.loads(answer["body"])["status"]) == (404, 404)


def test_an_answer_carries_the_callers_correlation_id() -> None:
    api = Api()
    answer = called(api, headers={"x-correlation-id": "mine"})
    assert answer["multiValueHeaders"]["X-Correlation-Id"] == ["mine"]


def test_without_a_safe_one_the_gateways_request_id_or_a_fresh_one_is_used() -> None:
    assert called(Api())["multiValueHeaders"]["X-Correlation-Id"] == ["request-1"]
    unsafe = called(Api(), headers={"X-Correlation-Id": "two\nlines"})
    assert "\n" not in unsafe["multiValueHeaders"]["X-Correlation-Id"][0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a%20b", "a b"), ("%C3%BC%E2%82%AC", "ü€"), ("plain", "plain"), ('a"b', 'a"b'), ("a\nb", "a\nb")],
)
def test_a_part_of_a_path_may_hold_any_character_and_is_decoded(written: str, meant: str) -> None:
    answer = called(api, f"/any/{written}", pathParameters={"code": written})
    assert (answer["statusCode"], answer["body"]) == (200, meant)
    assert answer["multiValueHeaders"]["Cache-Control"] == ["no-cache"]
