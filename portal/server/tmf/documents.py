"""The bytes behind every `url` of a document (endpoint 14)."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy import or_, select

from portal.server.access.guard import Caller, any_customer, challenge_header
from portal.server.context import Context, Ctx
from portal.server.errors import PortalError
from portal.server.tmf import tables as t
from portal.server.tmf.documented import CHALLENGE, ERRORS, ID, Responses
from portal.server.tmf.papers import file_of
from portal.server.tmf.view import DOCUMENTS

ASCII = {"type": "string", "pattern": "^[ -~]*$"}


class Refused(BaseModel):
    error: str
    error_description: str


def add_routes(router: APIRouter) -> None:
    router.add_api_route(
        DOCUMENTS + "/{id}",
        read_document,
        methods=["GET"],
        operation_id="read_document",
        summary="a document's file",
        tags=["documents"],
        response_class=Response,
        responses=_responses(),
        openapi_extra={
            "parameters": [ID, {"name": "If-None-Match", "in": "header", "required": False, "schema": ASCII}],
        },
    )


async def read_document(request: Request, context: Ctx, who: Annotated[Caller, Depends(any_customer)]) -> Response:
    """Needs `bills:read` for what belongs to a bill, `contracts:read` for the rest."""
    id = request.path_params["id"]
    await _check(context, who, id)
    file = await file_of(context, id)
    etag = f'"{file.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if etag in {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    name = await _name(context, id)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(file.content, media_type=file.mime_type, headers=headers)


async def _check(context: Context, who: Caller, id: str) -> None:
    d = t.documents.c
    mine = or_(d.customer_id == who.customer_id, d.customer_id.is_(None))
    row = None
    if id.isprintable():
        async with context.database.reading() as connection:
            row = (await connection.execute(select(t.documents).where(d.id == id, mine))).first()
    if row is None:
        raise PortalError(404, "not_found", "no such document")
    scope = "bills:read" if row.bill_id else "contracts:read"
    if scope not in who.scopes:
        header = challenge_header(context, [("error", "insufficient_scope"), ("scope", scope)])
        message = f"the token lacks the scope {scope}"
        raise PortalError(403, "insufficient_scope", message, headers={"WWW-Authenticate": header})
    if row.withdrawn_at is not None:
        raise PortalError(410, "gone", "this document is no longer kept")


async def _name(context: Context, id: str) -> str:
    async with context.database.reading() as connection:
        return str((await connection.execute(select(t.documents.c.name).where(t.documents.c.id == id))).scalar_one())


def _responses() -> Responses:
    etag = {"ETag": {"schema": {"type": "string"}, "required": True}}
    bytes_ = {"schema": {"type": "string", "format": "binary"}}
    file = {"application/pdf": bytes_, "application/xml": bytes_}
    answers: Responses = {
        200: {"description": "the file", "content": file, "headers": etag},
        304: {"description": "the file is the one you have", "headers": etag},
    }
    for status in (401, 403, 404, 410):
        answers[status] = {"model": Refused, "description": ERRORS[status]}
    for status in (401, 403):
        answers[status]["headers"] = CHALLENGE
    return answers
