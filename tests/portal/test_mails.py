"""Mails of the reference portal: what the activation mail says, and that an outage of the mail server loses none."""

from dataclasses import replace

import pytest

from tests.portal.conftest import Portal


async def test_activation_mail_has_what_the_guide_shows(portal: Portal) -> None:
    """Name, portal address, user name, password link, Telegram link, validity, the warning and the contact lines."""
    made = await portal.order()
    mail = await portal.post.mails.nth(1)
    plain, html = mail.part("plain"), mail.part("html")

    assert str(mail.message["Subject"]) == "Ihr Zugang zum Kundenportal e:service"
    for fact in ("Max Muster", portal.base_url, made["username"], f"/activate/{made['code']}", "24 Stunden"):
        assert fact in plain and fact in html
    assert f"https://t.me/eservice_demo_bot?start={made['code']}" in plain
    assert f'class="button" href="https://t.me/eservice_demo_bot?start={made["code"]}"' in html
    for text in (plain, html):
        assert "nicht weiter" in text and "Telefon: 0800" in text and "service@eservice.example" in text


async def test_facts_are_escaped_in_html(portal: Portal) -> None:
    """A company's name cannot become mark-up."""
    await portal.order("<b>Böse</b> & Söhne GmbH")
    mail = await portal.post.mails.nth(1)

    assert "&lt;b&gt;Böse&lt;/b&gt; &amp; Söhne GmbH" in mail.part("html")


async def test_outage_delays_and_loses_nothing(portal: Portal) -> None:
    """Mails written while the mail server is away go out by themselves when it is back, also after a restart."""
    await portal.post.stop()
    codes = {(await portal.order(f"Firma {n}"))["code"] for n in range(5)}
    await portal.restart()
    await portal.post.start()
    await portal.post.mails.nth(5)

    assert {mail.code for mail in portal.post.mails} == codes


async def test_a_refused_address_does_not_hold_up_the_others(portal: Portal) -> None:
    """A mailbox that does not exist ends that mail only."""
    portal.post.refused.add("gone@muster.example")
    await portal.order("Eine AG", mail="gone@muster.example")
    await portal.order("Zwei AG")
    mail = await portal.post.mails.nth(1)

    assert mail.to == "max@muster.example"


async def test_a_mail_that_does_not_open_holds_up_none(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    """A mail sealed with another installation's key is given up with a log line; the next one goes out."""
    await portal.post.stop()
    await portal.order("Eine AG", mail="lost@muster.example")
    portal.server.settings = replace(
        portal.server.settings, secret_keys=("another-key-of-the-tests-quite-as-long-as-it",)
    )
    await portal.restart()
    await portal.post.start()
    await portal.order("Zwei AG")
    await portal.post.mails.nth(1)
    portal.clock.pass_time(120)
    await portal.order("Drei AG")
    await portal.post.mails.nth(2)

    assert {mail.to for mail in portal.post.mails} == {"max@muster.example"}
    assert "does not have" in caplog.text
