"""What the portal tells, as facts: frozen, typed, without JSON and without words for the customer.

Money is `Decimal` with its currency. Dates are civil dates in the customer's zone (PORTAL-API 6: the wire dresses them
as date-times). Enumerations are open: a value nobody knows becomes `UNKNOWN`, and the field `..._sent` beside it keeps
what the portal said, so that it can be shown. Secrets are values whose `repr` never shows them.
"""

from portal.models.access import (
    AccessToken,
    AuthorizationCode,
    AuthSession,
    Challenge,
    PinSent,
    RefreshToken,
    Role,
    StepUp,
    Tokens,
    UserInfo,
)
from portal.models.amounts import (
    Money,
    Page,
    Period,
    Price,
    PriceKind,
    Span,
)
from portal.models.contracts import (
    BilledProduct,
    Contract,
    Document,
    DocumentKind,
    LineOfBusiness,
    Offering,
    OfferingRef,
    Option,
    ProductStatus,
    Site,
)
from portal.models.diversions import (
    Diversion,
    DiversionStatus,
    DivertWhen,
    Extension,
    LineKind,
    NoReplyTimer,
    NumberRange,
    SpecialTarget,
    Target,
)
from portal.models.invoices import (
    Invoice,
    InvoiceLine,
    InvoiceState,
    PaymentMethod,
    Tax,
)
from portal.models.orders import (
    CancellationState,
    Order,
    OrderAction,
    OrderCancellation,
    OrderItem,
    OrderState,
)

__all__ = [
    "AccessToken",
    "AuthSession",
    "AuthorizationCode",
    "BilledProduct",
    "CancellationState",
    "Challenge",
    "Contract",
    "Diversion",
    "DiversionStatus",
    "DivertWhen",
    "Document",
    "DocumentKind",
    "Extension",
    "Invoice",
    "InvoiceLine",
    "InvoiceState",
    "LineKind",
    "LineOfBusiness",
    "Money",
    "NoReplyTimer",
    "NumberRange",
    "Offering",
    "OfferingRef",
    "Option",
    "Order",
    "OrderAction",
    "OrderCancellation",
    "OrderItem",
    "OrderState",
    "Page",
    "PaymentMethod",
    "Period",
    "PinSent",
    "Price",
    "PriceKind",
    "ProductStatus",
    "RefreshToken",
    "Role",
    "Site",
    "Span",
    "SpecialTarget",
    "StepUp",
    "Target",
    "Tax",
    "Tokens",
    "UserInfo",
]
