"""What the served OpenAPI says about the TMF routes: parameters, headers and every status they can answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, JsonValue

from portal.server.tmf.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, MAX_VALUE, USABLE
from portal.server.tmf.shapes import Tmf, TmfError

Parameter = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

ERRORS = {
    400: "the request is not understood",
    401: "no valid access token, or a step-up is needed",
    403: "the token lacks the scope",
    404: "there is no such thing for this customer",
    409: "in conflict with what there is",
    410: "no longer kept",
    412: "it has been changed meanwhile: If-Match names another version",
    413: "too large",
    415: "not JSON",
    428: "If-Match is missing",
}
_COUNT = {"schema": {"type": "integer", "minimum": 0}, "required": True}
LIST_HEADERS = {
    "X-Total-Count": {"description": "how many there are in all", **_COUNT},
    "X-Result-Count": {"description": "how many are in this answer", **_COUNT},
    "Link": {"description": "self, first, prev, next, last (RFC 8288)", "schema": {"type": "string"}, "required": True},
}
CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}


def query(name: str, description: str, schema: Mapping[str, Any] | None = None) -> Parameter:
    kind = dict(schema or {"type": "string", "minLength": 1, "maxLength": MAX_VALUE, "pattern": USABLE})
    return {"name": name, "in": "query", "required": False, "description": description, "schema": kind}


def words(name: str, description: str, values: Sequence[str]) -> Parameter:
    """Said, not enforced: several may be joined by commas, and a word nobody has ever heard matches nothing."""
    return query(name, f"{description}: {' | '.join(values)}")


def instant(name: str, description: str) -> Parameter:
    return query(name, description, {"type": "string", "format": "date-time"})


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}


def fields(attributes: frozenset[str]) -> Parameter:
    names = "|".join(sorted(attributes))
    kind = {"type": "string", "pattern": f"^({names})(,({names}))*$"}
    return query("fields", "first-level attributes, comma separated; id and href always come", kind)


def paging(attributes: frozenset[str]) -> list[Parameter]:
    names = "|".join(sorted(attributes))
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    sort = {"type": "string", "pattern": f"^-?({names})(,-?({names}))*$"}
    return [
        query("offset", "how many to pass over", offset),
        query("limit", "how many at most", limit),
        query("sort", "attributes, comma separated, a minus in front for descending", sort),
        fields(attributes),
    ]


def failures(*statuses: int) -> Responses:
    answers: Responses = {}
    for status in statuses:
        answers[status] = {"model": TmfError, "description": ERRORS[status]}
        if status in {401, 403}:
            answers[status]["headers"] = CHALLENGE
    return answers


def sent(model: type[BaseModel], *kinds: str) -> dict[str, Any]:
    """A request body of these media types, for `openapi_extra`."""
    schema = model.model_json_schema(by_alias=True)
    inline = _inlined(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {kind: {"schema": inline} for kind in kinds}}}


def _inlined(schema: JsonValue, definitions: Mapping[str, JsonValue]) -> JsonValue:
    """Without references: the document's components are the framework's own."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _inlined(definitions[reference.rpartition("/")[2]], definitions)
    return {key: _inlined(part, definitions) for key, part in schema.items()}


def listed(shape: type[Tmf]) -> Responses:
    """200, and 206 from installations that mark a truncated list so."""
    page = {"model": list[shape], "headers": LIST_HEADERS}  # type: ignore[valid-type]  # built at run time
    return {
        200: {**page, "description": "the list, or its page"},
        206: {**page, "description": "a truncated list, where so configured"},
        **failures(400, 401, 403),
    }


def single(shape: type[Tmf]) -> Responses:
    return {200: {"model": shape, "description": "the resource"}, **failures(400, 401, 403, 404)}
