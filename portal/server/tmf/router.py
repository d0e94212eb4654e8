"""All TMF routes as one router, for `create_app`."""

from fastapi import APIRouter

from portal.server.tmf import bills, documents, offerings, operator, orders, products, services, targets


def tmf_router() -> APIRouter:
    router = APIRouter()
    for part in (products, offerings, orders, bills, operator, services, targets, documents):
        part.add_routes(router)
    return router


router = tmf_router()
