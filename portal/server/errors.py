"""One error class, one renderer; the body's shape follows the namespace (PORTAL-API 0).

Under `/tmf-api` a TMF `Error` (its `status` is a string), everywhere else the OAuth form `{error, error_description}`.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from portal.server import openapi

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


class PortalError(Exception):
    """A request is refused: HTTP status, a code for programs, a sentence for people."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def install(app: FastAPI) -> None:
    app.exception_handler(PortalError)(_refused)
    app.exception_handler(RequestValidationError)(_unreadable)
    app.exception_handler(HTTPException)(_unrouted)
    app.exception_handler(Exception)(_fault)


def answer(request: Request, error: PortalError) -> JSONResponse:
    if request.url.path.startswith("/tmf-api"):
        body: dict[str, JsonValue] = {
            "code": error.code,
            "reason": HTTPStatus(error.status).phrase,
            "message": error.message,
            "status": str(error.status),
            "@type": "Error",
            **error.extra,
        }
    else:
        body = {"error": error.code, "error_description": error.message, **error.extra}
    headers = {"Cache-Control": "no-store", **error.headers}
    return JSONResponse(body, status_code=error.status, headers=headers)


async def _refused(request: Request, error: PortalError) -> JSONResponse:
    return answer(request, error)


async def _unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
    """Names the fields that are wrong, never repeats what was sent: it may be a PIN."""
    fields = sorted({".".join(str(part) for part in item["loc"][1:]) or "body" for item in error.errors()})
    return answer(request, PortalError(400, "invalid_request", f"not valid: {', '.join(fields)}"))


async def _unrouted(request: Request, error: HTTPException) -> JSONResponse:
    code = CODES.get(error.status_code, "invalid_request")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(openapi.methods_at(request.app, request.url.path)) or headers.get("Allow", "")
    return answer(request, PortalError(error.status_code, code, error.detail, headers=headers))


async def _fault(request: Request, _error: Exception) -> JSONResponse:
    return answer(request, PortalError(500, "server_error", "something went wrong here; it has been logged"))
