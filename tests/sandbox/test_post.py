"""The SMS phone and the mailbox, over the wire that a portal uses."""

import asyncio
import smtplib
from email.message import EmailMessage

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.settings import SandboxSettings
from tests.drivers.sandbox import NotSeen, SandboxClient, plain_http

NUMBER = "+4915112345678"
ADDRESS = "max@muster.example"


def mail(subject: str = "Ihr Zugang") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "e:service <noreply@portal.example>", ADDRESS, subject
    message.set_content("Guten Tag,\nhttps://portal.example/p/abc.\n")
    link = "https://t.me/eservice_demo_bot?start=abc-DEF_1"
    message.add_alternative(
        f'<style>p{{}}</style><p>Grüße</p><a href="{link}">Chat <b>verbinden</b></a>', subtype="html"
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="agb.pdf")
    return message


async def post_mail(sandbox: Sandbox, message: EmailMessage) -> None:
    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as smtp:
            smtp.send_message(message)

    await asyncio.to_thread(deliver)


async def post_sms(sandbox: Sandbox, to: str = NUMBER, text: str = "Ihre PIN: 123456") -> httpx.Response:
    async with httpx.AsyncClient(base_url=sandbox.url, transport=plain_http()) as http:
        return await http.post("/sms", json={"to": to, "text": text})


async def test_a_mail_is_taken_apart(sandbox: Sandbox, client: SandboxClient) -> None:
    """Words, HTML, links and attachments are there for the reader, who was woken by the mail."""
    waiting = asyncio.create_task(client.mail(ADDRESS, within=10))
    await post_mail(sandbox, mail())
    found = await waiting

    assert (found.subject, found.to) == ("Ihr Zugang", (ADDRESS,))
    assert found.text.startswith("Guten Tag,")
    assert found.html and "Grüße" in found.html
    assert found.links == ("https://t.me/eservice_demo_bot?start=abc-DEF_1", "https://portal.example/p/abc")
    assert found.start_code == "abc-DEF_1"
    assert found.attachments == ("agb.pdf",)


async def test_an_html_mail_has_words(sandbox: Sandbox, client: SandboxClient) -> None:
    """A mail without a text part is read from its HTML, without styles."""
    message = EmailMessage()
    message["To"], message["Subject"] = ADDRESS, "Nur HTML"
    message.set_content("<style>p{}</style><p>Guten&nbsp;Tag</p><p>Herr&amp;Frau</p>", subtype="html")
    await post_mail(sandbox, message)

    assert (await client.mail(ADDRESS)).text.split() == ["Guten", "Tag", "Herr&Frau"]


async def test_mails_are_read_one_by_one(sandbox: Sandbox, client: SandboxClient) -> None:
    """Each call gives the next unread mail; another subject is passed over; nothing more is said so."""
    for subject in ("eins", "zwei", "drei"):
        await post_mail(sandbox, mail(subject))

    assert (await client.mail(ADDRESS)).subject == "eins"
    assert (await client.mail(ADDRESS, subject="drei")).subject == "drei"
    with pytest.raises(NotSeen):
        await client.mail(ADDRESS, within=0.1)


@pytest.mark.parametrize(
    ("kind", "status", "code", "taken"),
    [
        ("error", 451, 451, False),
        ("error", 550, 550, False),
        ("outage", None, 421, False),
        ("reset_before", None, None, False),
        ("reset_after", None, None, True),
    ],
)
async def test_mail_goes_wrong(
    sandbox: Sandbox, client: SandboxClient, kind: str, status: int | None, code: int | None, taken: bool
) -> None:
    """Refusals, closed connections and outages reach the sender; afterwards mail flows again."""
    fault = await client.fault(kind, on="mail", status=status)
    with pytest.raises((smtplib.SMTPException, OSError)) as failure:
        await post_mail(sandbox, mail("gestört"))
    await client.mend(fault)
    before = [each.subject for each in await client.all_mails(ADDRESS)]
    await post_mail(sandbox, mail("wieder da"))

    if code is not None:
        assert str(code) in str(failure.value)
    assert before == (["gestört"] if taken else [])
    assert [each.subject for each in await client.all_mails(ADDRESS)] == [*before, "wieder da"]


async def test_an_sms_reaches_its_number(sandbox: Sandbox, client: SandboxClient) -> None:
    """An SMS is shown at its number however that is written, with its PIN; others do not see it."""
    waiting = asyncio.create_task(client.sms(NUMBER, within=10))
    accepted = await post_sms(sandbox, "0049 151 1234-5678")
    await post_sms(sandbox, NUMBER, "Ihre PIN: 654321")

    assert accepted.status_code == 202
    assert (await waiting).pin == "123456"
    assert (await client.sms(NUMBER)).pin == "654321"
    assert await client.all_sms("+4915199999999") == []


@pytest.mark.parametrize(("kind", "status"), [("error", 503), ("flood", 429)])
async def test_the_gateway_refuses(sandbox: Sandbox, client: SandboxClient, kind: str, status: int) -> None:
    """A scripted refusal reaches the portal and no SMS goes out; the next one does."""
    await client.fault(kind, on="sms")

    assert (await post_sms(sandbox)).status_code == status
    assert await client.all_sms() == []
    assert (await post_sms(sandbox)).status_code == 202


@pytest.mark.parametrize(("kind", "sent"), [("reset_before", 0), ("reset_after", 1), ("outage", 0)])
async def test_the_gateway_hangs_up(sandbox: Sandbox, client: SandboxClient, kind: str, sent: int) -> None:
    """No answer at all: whether the SMS went out depends on the side of the reset."""
    await client.fault(kind, on="sms")
    with pytest.raises(httpx.TransportError):
        await post_sms(sandbox)

    assert len(await client.all_sms()) == sent


@pytest.mark.parametrize("body", [{}, {"to": NUMBER}, {"to": "12", "text": "x"}, {"to": NUMBER, "text": ""}])
async def test_an_incomplete_sms_is_refused(sandbox: Sandbox, client: SandboxClient, body: dict[str, str]) -> None:
    """A number and a text are needed."""
    async with httpx.AsyncClient(base_url=sandbox.url, transport=plain_http()) as http:
        answer = await http.post("/sms", json=body)

    assert answer.status_code == 400
    assert await client.all_sms() == []


async def test_the_gateway_may_want_a_password() -> None:
    """With an authorization set, an SMS without it is 401."""
    body, headers = {"to": NUMBER, "text": "x"}, {"Authorization": "Bearer secret"}
    async with (
        Sandbox(SandboxSettings(sms_authorization="Bearer secret")) as sandbox,
        httpx.AsyncClient(base_url=sandbox.url, transport=plain_http()) as http,
    ):
        refused = await http.post("/sms", json=body)
        accepted = await http.post("/sms", json=body, headers=headers)

    assert (refused.status_code, accepted.status_code) == (401, 202)
