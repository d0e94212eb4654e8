"""The portal's own OpenAPI, made truthful: what FastAPI assumes and this portal does otherwise is taken out."""

import re

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import JsonValue

METHODS = {"get", "put", "post", "delete", "patch"}


def install(app: FastAPI) -> None:
    """FastAPI promises 422 for what cannot be read; here that is a 400 in the shape of its namespace."""

    def describe() -> dict[str, JsonValue]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.__dict__["openapi"] = describe  # FastAPI's documented way to replace it, in a form that type checkers accept


def methods_at(app: FastAPI, path: str) -> list[str]:
    """What a path really allows: the framework names only the methods of the first route that fits."""
    templates = app.openapi().get("paths", {})
    return sorted(
        method.upper()
        for template, operations in templates.items()
        if re.fullmatch(re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(template)), path)
        for method in operations
        if method in METHODS
    )


def _described(app: FastAPI) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = get_openapi(title=app.title, version=app.version, routes=app.routes)
    paths = document.get("paths")
    for path in paths.values() if isinstance(paths, dict) else ():
        operations = path.items() if isinstance(path, dict) else ()
        for method, operation in operations:
            responses = operation.get("responses") if method in METHODS and isinstance(operation, dict) else None
            if isinstance(responses, dict):
                responses.pop("422", None)
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if isinstance(schemas, dict):
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
    return document
