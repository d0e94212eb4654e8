"""All TMF routes as one router, for `create_app`."""

from fastapi import APIRouter

from portal.server.tmf import (
    bills,
    documents,
    offerings,
    operator,
    order_cancelling,
    order_operator,
    order_placing,
    orders,
    products,
    services,
    targets,
)


def tmf_router() -> APIRouter:
    router = APIRouter()
    ordering = (orders, order_placing, order_cancelling, order_operator)
    for part in (products, offerings, *ordering, bills, operator, services, targets, documents):
        part.add_routes(router)
    return router


router = tmf_router()
