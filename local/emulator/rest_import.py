"""A REST API that is imported from OpenAPI keeps all of its document.

MiniStack 1.5.33 imports paths, methods, security, and of an integration its type, method and address. It drops request
validators, models, parameters, gateway responses, `x-amazon-apigateway-any-method`, and the rest of an integration
(parameters, templates, responses: so CORS preflights, SQS integrations and mapped paths do not work), although it
serves each of them when it is made through the API. AWS imports them. The bridge imports them by the same API.
"""

import json
from typing import Any

from ministack.services import apigateway_v1 as gateway

from local.emulator import openapi

Document = dict[str, Any]
Operation = dict[str, Any]

_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_VALIDATOR = "x-amazon-apigateway-request-validator"
_VALIDATORS = "x-amazon-apigateway-request-validators"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_BINARY_TYPES = "x-amazon-apigateway-binary-media-types"
_COPIED = (
    "httpMethod", "uri", "credentials", "connectionType", "requestParameters", "requestTemplates",
    "timeoutInMillis", "contentHandling", "cacheKeyParameters",
)  # fmt: skip


def _answer(response: tuple[int, Any, bytes]) -> Any:
    """The body of an answer of MiniStack's API. Raises ValueError, which fails the stack, when it is an error."""
    status, _, body = response
    if status >= 400:
        raise ValueError(f"the REST API cannot be imported: {body.decode()}")
    return json.loads(body)


class Import:
    """The import of one document."""

    def __init__(self, document: Document, settings: dict[str, Any]) -> None:
        self._document = document
        self._id: str = _answer(gateway._create_rest_api(self._settings(settings)))["id"]
        self._schemes = gateway._import_security_schemes(self._id, document)
        self._validators = {
            name: self._validator({"name": name} | body) for name, body in document.get(_VALIDATORS, {}).items()
        }

    def run(self) -> str:
        """Import everything; returns the API's id."""
        for name, schema in openapi.models(self._document).items():
            self._model(name, schema)
        for kind, response in self._document.get(_GATEWAY_RESPONSES, {}).items():
            _answer(gateway._put_gateway_response(self._id, kind, response))
        for path, item in (self._document.get("paths") or {}).items():
            self._path(path, openapi.resolve(self._document, item))
        return self._id

    def _settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        info = self._document.get("info") or {}
        documented = {"name": info.get("title"), "version": info.get("version")}
        documented |= {"binaryMediaTypes": self._document.get(_BINARY_TYPES)}
        # MiniStack passes an empty value for each property that the template does not set.
        return documented | {key: value for key, value in settings.items() if value or not documented.get(key)}

    def _validator(self, body: dict[str, Any]) -> str:
        identifier: str = _answer(gateway._create_request_validator(self._id, body))["id"]
        return identifier

    def _model(self, name: str, schema: dict[str, Any]) -> None:
        _answer(gateway._create_model(self._id, {"name": name, "schema": json.dumps(schema)}))

    def _path(self, path: str, item: dict[str, Any]) -> None:
        resource = self._resource(path)
        for key, operation in item.items():
            if key == _ANY or key.lower() in gateway._OPENAPI_HTTP_METHODS:
                method = "ANY" if key == _ANY else key.upper()
                self._operation(resource, method, operation or {}, item.get("parameters") or [])

    def _resource(self, path: str) -> str:
        resources = gateway._resources[self._id]
        current: str = next(key for key, resource in resources.items() if resource.get("path") == "/")
        for part in filter(None, path.split("/")):
            known = (k for k, r in resources.items() if r.get("parentId") == current and r.get("pathPart") == part)
            current = (
                next(known, None) or _answer(gateway._create_resource(self._id, current, {"pathPart": part}))["id"]
            )
        return current

    def _operation(self, resource: str, method: str, operation: Operation, shared: list[Any]) -> None:
        parameters = [openapi.resolve(self._document, p) for p in [*shared, *(operation.get("parameters") or [])]]
        validator = operation.get(_VALIDATOR, self._document.get(_VALIDATOR))
        security = operation.get("security", self._document.get("security"))
        settings = gateway._method_security(security, self._schemes) | {
            "requestValidatorId": self._validators.get(validator),
            "requestParameters": openapi.request_parameters(parameters),
            "requestModels": self._request_models(resource, method, operation, parameters),
        }
        _answer(gateway._put_method(self._id, resource, method, settings))
        for status, response in (operation.get("responses") or {}).items():
            headers = (openapi.resolve(self._document, response).get("headers") or {}).keys()
            known = {"responseParameters": {f"method.response.header.{name}": False for name in headers}}
            _answer(gateway._put_method_response(self._id, resource, method, str(status), known))
        if integration := operation.get(_INTEGRATION):
            self._integration(resource, method, integration)

    def _request_models(
        self, resource: str, method: str, operation: Operation, parameters: list[Any]
    ) -> dict[str, str]:
        """Model names by content type; a schema that is written in place gets a model of its own, as on AWS."""
        models: dict[str, str] = {}
        for content_type, schema in openapi.request_schemas(self._document, operation, parameters).items():
            name = openapi.model_name(schema)
            if name is None:
                name = f"{resource}{method}{len(models)}"
                self._model(name, openapi.self_contained(self._document, schema))
            models[content_type] = name
        return models

    def _integration(self, resource: str, method: str, integration: dict[str, Any]) -> None:
        settings = {key: integration[key] for key in _COPIED if integration.get(key) is not None}
        settings["type"] = str(integration.get("type", "")).upper()
        settings["passthroughBehavior"] = str(integration.get("passthroughBehavior", "WHEN_NO_MATCH")).upper()
        _answer(gateway._put_integration(self._id, resource, method, settings))
        for pattern, response in (integration.get("responses") or {}).items():
            status = str(response.get("statusCode", "200"))
            settings = {
                "selectionPattern": "" if pattern == "default" else str(pattern),
                "responseParameters": response.get("responseParameters") or {},
                "responseTemplates": response.get("responseTemplates") or {},
            }
            _answer(gateway._put_integration_response(self._id, resource, method, status, settings))


def _import_rest_api(document: Document, settings: dict[str, Any] | None = None) -> str:
    return Import(document, settings or {}).run()


def install() -> None:
    """Replace MiniStack's import."""
    gateway._import_rest_api = _import_rest_api
