"""What the portal writes to people: mails, SMS and small pages. The words lie beside this file, one file per language.

`<kind>.<language>.txt` is a mail (its first line the subject) or an SMS, `<kind>.<language>.html` the inner part of the
same mail or of a page. Facts are put in by `$name`; in HTML they are escaped here and nowhere else.
"""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from portal.server.settings import PortalSettings, Provider

FOLDER = Path(__file__).parent
LANGUAGES = ("de", "en")


def language(locale: str) -> str:
    """The language a person reads: theirs when there are words in it, else German."""
    short = locale[:2].lower()
    return short if short in LANGUAGES else "de"


def compose(settings: PortalSettings, kind: str, locale: str, facts: Mapping[str, str]) -> EmailMessage:
    """The mail, plain and HTML, without its recipient."""
    spoken = language(locale)
    known = {**_house(settings.provider), **_links(settings, facts), **facts}
    subject, _, body = _fill(f"{kind}.{spoken}.txt", known).partition("\n")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    name, _, address = settings.mail_from.rpartition("<")
    message["From"] = formataddr((name.strip(' "'), address.rstrip("> ")))  # quotes the colon of "e:service"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.lstrip("\n") + "\n" + _fill(f"foot.{spoken}.txt", known))
    message.add_alternative(page(f"{kind}.{spoken}", subject, known), subtype="html")
    return message


def page(kind: str, title: str, facts: Mapping[str, str]) -> str:
    """A whole HTML document around `<kind>.html`."""
    safe = {name: escape(value) for name, value in facts.items()}
    spoken = kind.rpartition(".")[2]
    inner = _template(f"{kind}.html").substitute(safe)
    foot = _template(f"foot.{spoken}.html").substitute(safe)
    return _template("frame.html").substitute(language=spoken, title=escape(title), inner=inner, foot=foot)


def site_page(settings: PortalSettings, kind: str, locale: str, facts: Mapping[str, str]) -> str:
    """A small page of the portal itself."""
    known = {**_house(settings.provider), **facts}
    return page(f"{kind}.{language(locale)}", f"e:service · {settings.provider.name}", known)


def sms(kind: str, locale: str, facts: Mapping[str, str]) -> str:
    return _fill(f"{kind}.{language(locale)}.txt", facts).strip()


def _links(settings: PortalSettings, facts: Mapping[str, str]) -> dict[str, str]:
    links = {"portal": settings.public_url}
    if "code" in facts:
        links["password_link"] = f"{settings.public_url}/activate/{facts['code']}"
        links["telegram_link"] = f"{settings.telegram_link}?start={facts['code']}"
        links["hours"] = str(settings.link_lifetime // 3600)
    if "end_code" in facts:
        links["end_link"] = f"{settings.public_url}/connections/end/{facts['end_code']}"
    return links


def _house(provider: Provider) -> dict[str, str]:
    return {
        "house": provider.name,
        "house_street": provider.street,
        "house_city": f"{provider.postcode} {provider.city}",
        "house_phone": provider.phone,
        "house_mail": provider.mail,
        "house_web": provider.web,
    }


def _fill(name: str, facts: Mapping[str, str]) -> str:
    return _template(name).substitute(facts)


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8"))
