"""The papers of a contract: in the order of their weight, each once, under a file name that is safe to send."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.models import Contract, Document, DocumentKind, Offering, Option

# the order of precedence between contract documents, as the terms of the trade have it
_WEIGHT = (
    DocumentKind.SUPPLEMENT,
    DocumentKind.ORDER,
    DocumentKind.PRICE_LIST,
    DocumentKind.SERVICE_DESCRIPTION,
    DocumentKind.SLA,
    DocumentKind.TERMS,
)
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/csv": ".csv",
    "application/zip": ".zip",
}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of one kind."""

    kind: DocumentKind
    documents: tuple[Document, ...]


def papers(contract: Contract, options: Iterable[Option] = ()) -> tuple[Papers, ...]:
    """The documents of the contract and of what is booked on it, by kind."""
    found: dict[str, Document] = {}
    for document in [*contract.documents, *(paper for option in options for paper in option.documents)]:
        found.setdefault(document.id, document)
    kinds = [*_WEIGHT, *(kind for kind in DocumentKind if kind not in _WEIGHT)]
    sorted_by_kind = ((kind, tuple(d for d in found.values() if d.kind is kind)) for kind in kinds)
    return tuple(Papers(kind, documents) for kind, documents in sorted_by_kind if documents)


def description_of(offering: Offering) -> Document | None:
    """The paper that says what an option that could be booked does."""
    described = (d for d in offering.documents if d.kind is DocumentKind.SERVICE_DESCRIPTION)
    return next(described, None)


def flat(groups: Sequence[Papers]) -> tuple[Document, ...]:
    """All documents in their order."""
    return tuple(document for group in groups for document in group.documents)


def title(document: Document) -> str:
    """What the document is called, when nobody thinks of files."""
    return re.sub(r"[\s_]+", " ", _stem(document)).strip() or document.name


def file_name(document: Document) -> str:
    """A name for the file: letters, digits and a little punctuation, with the ending of its real kind."""
    text = unicodedata.normalize("NFC", _stem(document)).replace("/", "-").replace("\\", "-")
    kept = re.sub(r"[^\w ()+,.-]", "", text[: 4 * _LONGEST_NAME])
    words = re.sub(r"[\s_]+", " ", kept).strip(" .-")
    return (words[:_LONGEST_NAME].strip(" .-") or "document") + _ending(document)


def _ending(document: Document) -> str:
    return _ENDINGS.get(document.mime_type.partition(";")[0].strip().lower(), "")


def _stem(document: Document) -> str:
    ending = _ending(document)
    return document.name[: -len(ending)] if ending and document.name.lower().endswith(ending) else document.name
