"""The table of contents: one feature = one module. The order is that of the command menu and of /hilfe."""

from handlers import (
    account,
    actions,
    booking,
    cancel,
    connect,
    contracts,
    diversions,
    documents,
    drift,
    help,
    invoices,
    language,
    menu,
    options,
    planning,
    plans,
    presets,
    privacy,
    ringing,
    targets,
)

FEATURES = (
    connect.FEATURE,
    menu.FEATURE,
    contracts.FEATURE,
    options.FEATURE,
    booking.FEATURE,
    diversions.FEATURE,
    ringing.FEATURE,
    drift.FEATURE,
    plans.FEATURE,
    planning.FEATURE,
    presets.FEATURE,
    targets.FEATURE,
    invoices.FEATURE,
    documents.FEATURE,
    actions.FEATURE,
    account.FEATURE,
    help.FEATURE,
    language.FEATURE,
    privacy.FEATURE,
    cancel.FEATURE,
)

DOORWAY = ("connect", "link")  # where somebody is led who is not connected
