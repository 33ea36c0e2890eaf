"""What an OpenAPI 3.0 or Swagger 2.0 document says, in API Gateway's terms."""

from typing import Any

Document = dict[str, Any]
Schema = dict[str, Any]

_LOCATIONS = {"query": "querystring", "header": "header", "path": "path"}
_MODEL_PREFIXES = ("#/components/schemas/", "#/definitions/")


def resolve(document: Document, value: Any) -> Any:
    """What a `$ref` into the document stands for; anything else as it is. Raises KeyError for a dangling reference."""
    while isinstance(value, dict) and str(value.get("$ref", "")).startswith("#/"):
        target: Any = document
        for part in value["$ref"][2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def _schemas(document: Document) -> dict[str, Schema]:
    found: dict[str, Schema] = (document.get("components") or {}).get("schemas") or document.get("definitions") or {}
    return found


def self_contained(document: Document, schema: Schema) -> Schema:
    """The schema together with all that its references may point to."""
    schemas = _schemas(document)
    return schema | {"components": {"schemas": schemas}, "definitions": schemas}


def models(document: Document) -> dict[str, Schema]:
    """Every named schema, self-contained."""
    return {name: self_contained(document, schema) for name, schema in _schemas(document).items()}


def model_name(schema: Schema) -> str | None:
    """The name of the model that a schema refers to; None for a schema written in place."""
    reference = str(schema.get("$ref", ""))
    return reference.rsplit("/", 1)[1] if reference.startswith(_MODEL_PREFIXES) else None


def request_parameters(parameters: list[Any]) -> dict[str, bool]:
    """Whether a parameter is required, by API Gateway's name for it."""
    located = [(p, _LOCATIONS[p["in"]]) for p in parameters if p.get("in") in _LOCATIONS]
    return {f"method.request.{location}.{p['name']}": bool(p.get("required")) for p, location in located}


def request_schemas(document: Document, operation: dict[str, Any], parameters: list[Any]) -> dict[str, Schema]:
    """The schema of the request's body by content type."""
    body = resolve(document, operation.get("requestBody") or {})
    content = body.get("content") or {}
    found = {content_type: media["schema"] for content_type, media in content.items() if media.get("schema")}
    # Swagger 2.0 has the body among the parameters.
    for parameter in parameters:
        if parameter.get("in") == "body" and parameter.get("schema"):
            found["application/json"] = parameter["schema"]
    return found
