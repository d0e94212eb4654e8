"""The papers of a contract and the names their files get."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import DocumentKind
from services.documents import file_name, flat, papers, title
from tests.services.facts import CONTRACT, OPTION, paper


def test_papers_come_by_weight_each_once() -> None:
    """Supplement before order before price list before terms, unknown kinds last; a shared paper is listed once."""
    terms, order = paper("AGB", DocumentKind.TERMS), paper("Auftrag")
    new, prices = paper("Nachtrag", DocumentKind.SUPPLEMENT), paper("Preise", DocumentKind.PRICE_LIST)
    odd = paper("?", DocumentKind.UNKNOWN)
    contract = replace(CONTRACT, documents=(odd, terms, order))
    option = replace(OPTION, documents=(terms, prices, new))

    assert flat(papers(contract, [option])) == (new, order, prices, terms, odd)


@pytest.mark.parametrize(
    ("name", "mime_type", "shown", "file"),
    [
        ("Auftrag_V-1.pdf", "application/pdf", "Auftrag V-1", "Auftrag V-1.pdf"),
        ("Rechnung 2026-10-000123.PDF", "application/pdf", "Rechnung 2026-10-000123", "Rechnung 2026-10-000123.pdf"),
        ("../../etc/passwd", "application/pdf", "../../etc/passwd", "etc-passwd.pdf"),
        ("C:\\x\\y.pdf", "application/pdf", "C:\\x\\y", "C-x-y.pdf"),
        ("evil.exe", "application/pdf", "evil.exe", "evil.exe.pdf"),
        ("a\u202efdp.exe", "application/pdf; charset=x", "a\u202efdp.exe", "afdp.exe.pdf"),
        ('"><script>', "text/xml", '"><script>', "script.xml"),
        ("Ümläute (neu)", "text/csv", "Ümläute (neu)", "Ümläute (neu).csv"),
        ("...", "application/zip", "...", "document.zip"),
        ("ohne Art", "x/y", "ohne Art", "ohne Art"),
    ],
)
def test_names_are_readable_and_files_are_safe(name: str, mime_type: str, shown: str, file: str) -> None:
    """People read a title; the file has one ending, that of its real kind, and no path in it."""
    document = paper(name, mime_type=mime_type)

    assert (title(document), file_name(document)) == (shown, file)


@given(st.text(max_size=300), st.sampled_from(["application/pdf", "text/xml", ""]))
def test_any_name_makes_a_safe_file_name(name: str, mime_type: str) -> None:
    """Whatever the portal calls it: short, no path, nothing invisible, never empty."""
    found = file_name(paper(name, mime_type=mime_type))

    assert re.fullmatch(r"[\w(+,)][\w ()+,.-]*", found)
    assert len(found) <= 84
