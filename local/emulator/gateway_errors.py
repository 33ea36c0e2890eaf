"""Gateway responses can say which field of a request is at fault.

MiniStack 1.5.33 checks a request against its model, but leaves `$context.error.validationErrorString` in a gateway
response's template as it stands. AWS fills in what its validator found, with quotes escaped. The bridge does so, and
renders a variable that nobody set as nothing, as AWS does.

Each finding here begins with the JSON pointer of its field. AWS words its findings for people and does not promise
where in the body they are, so nothing but a person may rely on the text.
"""

import json
from typing import Any

from jsonschema import Draft4Validator
from ministack.services import apigateway_v1 as gateway

Request = dict[str, Any]
_FINDINGS = "validation findings"
_SHOWN = 10  # findings at most: a body of a thousand wrong items should not get an answer of a thousand lines


def _pointer(path: Any) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _model(method: dict[str, Any], api: str, headers: dict[str, Any]) -> Any:
    models = method.get("requestModels") or {}
    content_type = (gateway._header_ci(headers, "content-type") or "application/json").split(";", 1)[0].strip()
    name = models.get(content_type) or models.get("application/json")
    return gateway._model_schema(api, name) if name else None


def findings(schema: Any, body: bytes | str) -> list[str]:
    """What is wrong with a body, field by field."""
    try:
        document = json.loads(body)
    except ValueError:
        return ["the request body is missing" if not body else "the request body is not JSON"]
    errors = sorted(Draft4Validator(schema).iter_errors(document), key=lambda error: _pointer(error.absolute_path))
    lines = [f"{_pointer(error.absolute_path)}: {error.message}".removeprefix(": ") for error in errors]
    return lines[:_SHOWN]


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def install() -> None:
    """Note what validation finds, and show it where a template asks for it."""
    check, render = gateway._check_request_validation, gateway._gateway_error_response

    def checked(
        method: dict[str, Any], api: str, request: Request, headers: dict[str, Any], body: bytes, query: Any
    ) -> Any:
        error = check(method, api, request, headers, body, query)
        if error is not None and error.response_type == "BAD_REQUEST_BODY":
            request[_FINDINGS] = findings(_model(method, api, headers), body)
        elif error is not None:
            request[_FINDINGS] = [error.message]
        return error

    def rendered(error: Any, request: Request) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = render(error, request)
        found = request.get(_FINDINGS)
        values = {"context.error.validationErrorString": _escaped(f"[{', '.join(found)}]") if found else ""}
        text = gateway._GATEWAY_TEMPLATE_VARIABLE.sub(lambda match: values.get(match[1] or match[2], ""), body.decode())
        return status, headers, text.encode()

    gateway._check_request_validation = checked
    gateway._gateway_error_response = rendered
