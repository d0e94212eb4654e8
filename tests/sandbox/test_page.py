"""The sandbox's page in Debian's Chromium, against the real sandbox and a scripted bot."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.drivers.sandbox import Person
from tests.sandbox.page_bot import CONTRACTS, INVOICE, PDF, callback
from tests.sandbox.page_stage import DESKTOP, PHONE, Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINK = "https://t.me/eservice_demo_bot?start=AbC_123-xyz"


async def shown_contracts(on: Stage) -> None:
    await on.start()
    await on.say("/vertraege")
    await expect(on.bubble("Ihre Verträge")).to_be_visible()


async def test_an_empty_chat_shows_what_the_bot_can_do_and_starts_with_one_button(desk: Stage) -> None:
    """A new person sees the bot's description and START; pressing it sends /start and brings the message field."""
    await expect(desk.page.get_by_text("Verträge und Rechnungen im Chat.")).to_be_visible()
    await expect(desk.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_hidden()
    await desk.start()
    await expect(desk.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_visible()
    assert desk.bot.heard == ["/start"]


async def test_what_is_typed_is_sent_and_answered(desk: Stage) -> None:
    """Enter sends the text, the answer appears below it, and the field is empty again."""
    await desk.start()
    await desk.say("Guten Tag, *Wörter* <b>& Zeichen</b> 😀")
    await expect(desk.messages.last).to_contain_text("Sie schrieben: Guten Tag")
    await expect(desk.messages.nth(-2)).to_contain_text("Guten Tag, *Wörter* <b>& Zeichen</b> 😀")
    await expect(desk.page.get_by_role("textbox", name="Nachricht", exact=True)).to_have_value("")


async def test_entities_are_rendered_and_can_be_used(desk: Stage) -> None:
    """Bold, italic, quote and code look so; a spoiler opens on a tap; a command in a text is sent on a tap."""
    await shown_contracts(desk)
    card = desk.bubble("Ihre Verträge")
    await expect(card.locator("b")).to_have_text("Ihre Verträge")
    await expect(card.locator("i")).to_have_text("2 Verträge")
    await expect(card.locator("blockquote")).to_contain_text("Prinzenallee 11")
    await expect(card.locator("code")).to_have_text("V-2025-4711")
    await card.get_by_role("button", name="Verdeckter Text").click()
    await expect(card.locator(".spoiler.shown")).to_have_text("31.12.2026")
    await card.get_by_role("button", name="/rechnungen").click()
    await expect(desk.page.get_by_role("link", name=INVOICE)).to_be_visible()


async def test_a_long_quote_is_folded_until_it_is_opened(desk: Stage) -> None:
    """An expandable quote shows three lines and the rest on demand."""
    await desk.start()
    await desk.say("Bedingungen")
    unfold = desk.page.get_by_role("button", name="Ganzes Zitat zeigen")
    await expect(unfold).to_have_attribute("aria-expanded", "false")
    before = await desk.page.locator("blockquote").bounding_box()
    await unfold.click()
    await expect(desk.page.get_by_role("button", name="Zitat einklappen")).to_have_attribute("aria-expanded", "true")
    after = await desk.page.locator("blockquote").bounding_box()
    assert before and after and after["height"] > before["height"]


async def test_a_tapped_button_shows_that_it_waits_until_the_bot_answers(desk: Stage) -> None:
    """The ring on the button is there from the tap to the answer, and gone after it."""
    await shown_contracts(desk)
    slow = desk.page.get_by_role("button", name="Langsam")
    await slow.click()
    await expect(slow).to_have_attribute("aria-busy", "true")
    desk.bot.answer_slowly.set()
    await expect(slow).not_to_have_attribute("aria-busy", "true")


async def test_popups_are_a_toast_or_a_box_as_the_bot_wishes(desk: Stage) -> None:
    """answerCallbackQuery with text is a passing note, with show_alert a box that has to be closed."""
    await shown_contracts(desk)
    await desk.page.get_by_role("button", name="Sprache (1)").click()
    await expect(desk.page.locator(".toast")).to_have_text("Die PIN ist unterwegs.")
    await expect(desk.page.locator(".spinner")).to_have_count(0)
    await desk.page.get_by_role("button", name="Telefonanlagenanschlussvertrag").click()
    box = desk.page.get_by_role("alertdialog")
    await expect(box).to_contain_text("endet am 31.12.2026")
    await desk.page.keyboard.press("Enter")
    await expect(box).to_have_count(0)


async def test_an_edit_changes_the_bubble_in_place_and_says_so(desk: Stage) -> None:
    """Only the edited message changes: its neighbours are the same nodes as before."""
    await shown_contracts(desk)
    await desk.messages.first.evaluate("node => { node.untouched = true; }")
    await desk.page.get_by_role("button", name="Mobil (2)").click()
    edited = desk.bubble("Mobil: zwei Verträge")
    await expect(edited).to_contain_text("bearbeitet")
    await expect(edited.locator(".key")).to_have_count(0)
    assert await desk.messages.first.evaluate("node => node.untouched === true")


async def test_a_deleted_message_vanishes(desk: Stage) -> None:
    """What the bot deletes (a typed PIN) is gone from the history."""
    await desk.start()
    await desk.say("Geheim")
    await desk.say("Danach")
    await expect(desk.bubble("Sie schrieben: Danach")).to_be_visible()
    await expect(desk.messages.filter(has_text="Geheim")).to_have_count(0)


async def test_a_document_opens_in_a_new_tab_and_a_photo_on_the_page(desk: Stage) -> None:
    """The file bubble names the file and leads to its bytes; the photo opens large and closes with Escape."""
    await desk.start()
    await desk.say("/rechnungen")
    link = desk.page.get_by_role("link", name=INVOICE)
    await expect(link).to_contain_text("B")
    await expect(link).to_have_attribute("target", "_blank")
    async with desk.context.expect_page() as opening:
        await link.click()
    opened = await opening.value
    assert await desk.client.download(str(await link.get_attribute("href"))) == PDF
    await opened.close()
    await desk.page.get_by_role("button", name="Foto").click()
    await expect(desk.page.get_by_role("dialog", name="GiroCode").locator("img")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.locator("dialog")).to_have_count(0)


async def test_the_command_list_is_the_one_for_this_persons_language(desk: Stage) -> None:
    """The menu button lists the commands, "/" narrows them while typing, arrows and Enter send one."""
    await desk.start()
    await desk.page.get_by_role("button", name="Menü", exact=True).click()
    options = desk.page.get_by_role("option")
    await expect(options).to_have_count(3)
    await expect(options.first).to_contain_text("/vertraege Verträge ansehen".replace(" ", "", 1))
    field = desk.page.get_by_role("textbox", name="Nachricht", exact=True)
    await field.fill("/r")
    await expect(options).to_have_count(1)
    await field.press("Enter")
    await expect(desk.page.get_by_role("link", name=INVOICE)).to_be_visible()


async def test_a_reply_keyboard_sends_its_labels(desk: Stage) -> None:
    """The bot's keyboard stands under the field; a button sends its text; it can be folded away."""
    await desk.start()
    await desk.say("Tasten")
    keyboard = desk.page.locator("#reply-keyboard")
    await keyboard.get_by_role("button", name="Verträge").click()
    await expect(desk.bubble("Sie schrieben: Verträge")).to_be_visible()
    await desk.page.get_by_role("button", name="Tastatur des Bots").click()
    await expect(keyboard).to_be_hidden()


async def test_typing_is_shown_in_the_head_of_the_chat(desk: Stage) -> None:
    """sendChatAction shows "schreibt" until the bot's message comes."""
    await desk.start()
    status = desk.page.locator("#chat-status")
    await expect(status).to_have_text("Bot")
    await desk.say("Tippen")
    await expect(status).to_contain_text("schreibt")
    await desk.bot.say(desk.max.id, "Fertig")
    await expect(status).to_have_text("Bot")


async def test_a_pin_from_the_sms_goes_into_the_message_field(desk: Stage) -> None:
    """The SMS appears on the phone beside the chat; its PIN, tapped, stands in the field and can be sent."""
    await desk.start()
    await desk.send_sms("e:service: 482913 ist Ihre PIN für den Vertrag V-2300229-08. Sie gilt 5 Minuten.")
    take_over = desk.page.get_by_role("button", name="In den Chat übernehmen")
    await expect(take_over).to_have_count(1)  # a contract's number is no PIN
    await take_over.click()
    field = desk.page.get_by_role("textbox", name="Nachricht", exact=True)
    await expect(field).to_have_value("482913")
    await field.press("Enter")
    await expect(desk.bubble("Sie schrieben: 482913")).to_be_visible()


async def test_on_a_phone_the_pin_is_offered_above_the_field(hand: Stage) -> None:
    """At 390 px a new SMS gives a banner, a badge and, in the chat, its PIN to be taken over."""
    await hand.start()
    await hand.send_sms("Ihre PIN: 771204")
    await expect(hand.page.locator("#banner")).to_contain_text("Ihre PIN: 771204")
    await expect(hand.page.locator(".tabs [data-badge=sms]")).to_have_text("1")
    await hand.page.get_by_role("button", name="Aus SMS: 771204").click()
    await expect(hand.page.get_by_role("textbox", name="Nachricht", exact=True)).to_have_value("771204")
    await hand.go_to("SMS")
    await expect(hand.page.locator(".tabs [data-badge=sms]")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_the_link_in_the_mail_opens_the_chat_with_its_parameter(browser: Browser, size: tuple[int, int]) -> None:
    """The mail's t.me link brings START, START sends the code; nothing in the mail ran or was fetched."""
    async with stage(browser, size) as on:
        await on.start()
        await on.send_mail(LINK)
        if size == PHONE:
            await on.go_to("Mail")
        await on.page.get_by_role("button", name="Ihr Zugang zum Kundenportal").click()
        mail = on.page.frame_locator("iframe")
        await expect(mail.locator(".lead")).to_have_css("color", "rgb(1, 2, 3)")
        await expect(mail.locator("form, input, script, img, a[href^='javascript']")).to_have_count(0)
        await mail.get_by_role("link", name="In Telegram verbinden").click()
        await on.page.get_by_role("button", name="Starten").click()
        await expect(on.bubble("Code AbC_123-xyz")).to_be_visible()
        assert on.bot.heard[-1] == "/start AbC_123-xyz"
        assert await on.page.title() == "e:service · Sandbox"
        assert await on.page.locator("iframe").get_attribute("sandbox") == "allow-same-origin"


async def test_a_telegram_link_in_a_message_opens_the_chat_too(desk: Stage) -> None:
    """A t.me link inside a bubble stays on the page and brings START."""
    await shown_contracts(desk)
    await desk.bubble("Ihre Verträge").get_by_role("link", name="Vertrag", exact=True).click()
    await desk.page.get_by_role("button", name="Starten").click()
    await expect(desk.bubble("Code vertrag")).to_be_visible()
    assert len(desk.context.pages) == 1


async def test_people_are_created_and_switched_between(desk: Stage) -> None:
    """A new person has an own chat and phone; the first one's history is still there on coming back."""
    await desk.start()
    await desk.page.get_by_role("button", name="Neue Person").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Vorname").fill("Erika")
    await dialog.get_by_label("Mobilnummer").fill("+4915198765432")
    await dialog.get_by_label("Sprache in Telegram").select_option("en")
    await dialog.get_by_role("button", name="Anlegen").click()
    await expect(desk.page.locator("#sms-number")).to_have_text("+4915198765432")
    await expect(desk.messages).to_have_count(0)
    await desk.start()
    await desk.page.get_by_role("button", name="Menü", exact=True).click()
    await expect(desk.page.get_by_role("option").first).to_contain_text("/contracts")
    await desk.page.get_by_role("button", name="Max Muster").click()
    await expect(desk.page.locator("#sms-number")).to_have_text(desk.max.phone)
    await expect(desk.messages).to_have_count(2)


async def test_a_blocked_bot_can_be_freed_again(desk: Stage) -> None:
    """Blocking replaces the field by one button, which undoes it."""
    await desk.start()
    await desk.page.get_by_role("button", name="Menü des Chats").click()
    await desk.page.get_by_role("menuitem", name="Bot blockieren").click()
    await desk.page.get_by_role("button", name="Bot freigeben").click()
    await expect(desk.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_visible()


async def test_an_own_message_is_edited_from_its_menu(desk: Stage) -> None:
    """The context menu of an own message puts it back into the field; Enter changes it where it stands."""
    await desk.start()
    await desk.say("Rechnung Märs")
    await desk.bubble("Sie schrieben: Rechnung Märs").wait_for()
    await desk.messages.filter(has_text="Rechnung Märs").first.locator(".bubble").click(button="right")
    await desk.page.get_by_role("menuitem", name="Bearbeiten").click()
    await desk.say("Rechnung März")
    await expect(desk.messages.filter(has_text="Rechnung März").first).to_contain_text("bearbeitet")


async def test_the_page_speaks_english_and_remembers_it(desk: Stage) -> None:
    """EN translates the page at once and after a reload; the person's own messages stay as they are."""
    await desk.start()
    await desk.page.get_by_role("button", name="English").click()
    await expect(desk.page.get_by_role("heading", name="Inbox")).to_be_visible()
    await desk.page.reload()
    await expect(desk.page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "en")


async def test_the_theme_can_be_switched(desk: Stage) -> None:
    """The toggle makes a light page dark, whatever the system says."""
    light = await background(desk.page)
    await desk.page.get_by_role("button", name="Hell oder dunkel").click()
    await expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await background(desk.page) != light


async def background(page: Page) -> str:
    return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))


async def test_reading_above_is_not_disturbed_by_new_messages(desk: Stage) -> None:
    """Scrolled up, the place is kept and the newcomers are counted; the button leads to the end."""
    await desk.start()
    await fill(desk, 40)
    scroller = desk.page.locator("#scroller")
    await expect(desk.bubble("Zeile 39")).to_be_in_viewport()
    await scroller.hover()
    await scroller.evaluate("node => node.scrollTo({ top: 100, behavior: 'instant' })")
    await expect(desk.page.get_by_role("button", name="Zur neuesten Nachricht")).to_be_visible()
    await desk.bot.say(desk.max.id, "Ganz neu")
    await expect(desk.page.locator("#to-end-count")).to_have_text("1")
    assert await scroller.evaluate("node => node.scrollTop") == 100
    await desk.page.get_by_role("button", name="Zur neuesten Nachricht").click()
    await expect(desk.bubble("Ganz neu")).to_be_in_viewport()


async def fill(on: Stage, count: int) -> None:
    for number in range(count):
        await on.bot.say(on.max.id, f"Zeile {number} mit etwas Text, damit die Liste lang wird")


async def test_with_500_messages_a_new_one_touches_only_itself(desk: Stage) -> None:
    """Of 500 bubbles none is rebuilt when one more arrives."""
    await desk.start()
    await desk.page.goto("about:blank")
    await fill(desk, 500)
    await desk.page.goto(desk.sandbox.url)
    await expect(desk.messages).to_have_count(502)
    await desk.page.evaluate(COUNT_CHANGES)
    await desk.bot.say(desk.max.id, "Nummer 501")
    await expect(desk.bubble("Nummer 501")).to_be_in_viewport()
    assert int(await desk.page.evaluate("window.changes")) < 20


COUNT_CHANGES = """() => {
    window.changes = 0;
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver((records) => { window.changes += records.length; })
        .observe(document.getElementById("log"), everything);
}"""


async def test_everything_is_within_reach_of_the_keyboard(desk: Stage) -> None:
    """From the history, arrows go from bubble to bubble and Tab to a button, which Enter presses."""
    await shown_contracts(desk)
    await desk.page.locator("#scroller").focus()
    await desk.page.keyboard.press("ArrowUp")
    await expect(desk.messages.last).to_be_focused()
    await desk.page.get_by_role("button", name="Sprache (1)").focus()
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.locator(".toast")).to_have_text("Die PIN ist unterwegs.")
    await expect(desk.page.get_by_role("button", name="Sprache (1)")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_nothing_runs_over_the_edge(browser: Browser, size: tuple[int, int], scheme: str) -> None:
    """At both widths, light and dark, with long words and file names, no part of the page scrolls sideways."""
    async with stage(browser, size, scheme) as on:
        await on.start()
        long = "Telekommunikationsdienstleistungsvertragsverlängerungsbestätigung" * 2
        await on.bot.say(
            on.max.id,
            f"{long} {CONTRACTS}",
            [[callback(long, "x"), callback(long, "y")]],
        )
        await on.say("/rechnungen")
        await expect(on.page.get_by_role("button", name="Foto")).to_be_visible()
        await on.send_sms(f"{long} 123456")
        await on.send_mail(LINK)
        for tab in ("Chat", "SMS", "Mail") if size == PHONE else ("",):
            if tab:
                await on.go_to(tab)
            if tab != "Chat" and tab != "SMS":
                await on.page.get_by_role("button", name="Ihr Zugang zum Kundenportal").click()
                await expect(on.page.frame_locator("iframe").get_by_role("link")).to_be_visible()
            assert await on.page.evaluate(WIDER_THAN_ALLOWED) == []


WIDER_THAN_ALLOWED = """() => [document.documentElement, ...document.querySelectorAll(".panel, .panel *")]
    .filter((node) => node.checkVisibility() && (node.getBoundingClientRect().right > innerWidth + 1
        || (node.matches(".scroller, .sms-list, .mail-list, .mail-reader, html")
            && node.scrollWidth > node.clientWidth + 1)))
    .map((node) => `${node.tagName}.${node.className}`)"""


async def test_the_page_finds_the_sandbox_again(desk: Stage) -> None:
    """After a reset everything of the page starts over: the people are gone and a new one can be made."""
    await desk.start()
    await desk.client.reset()  # a reading under way meets a person who is gone: the browser notes that 404
    await expect(desk.page.get_by_text("Legen Sie eine Person an.")).to_be_visible()
    erika: Person = await desk.client.person("Erika")
    await expect(desk.page.get_by_role("button", name=erika.name)).to_be_visible()
    await desk.start()
    desk.complaints[:] = [complaint for complaint in desk.complaints if "404" not in complaint]
