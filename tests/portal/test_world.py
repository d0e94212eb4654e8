"""World files: the example and the demo load; whatever is wrong is refused with its line, and nothing is changed."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.server.access.tables import customers
from portal.server.database import metadata
from portal.server.world.big import big_world
from portal.server.world.check import mistakes
from portal.server.world.demo import demo_world
from portal.server.world.file import WorldError, parse
from portal.server.world.model import Fact, World
from portal.server.world.seed import import_file, seed_demo
from tests.portal.conftest import Portal
from tests.portal.tmf import BILL, INVENTORY, SERVICE, conform, connected

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "world-example.json"
GOOD = EXAMPLE.read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


async def count(portal: Portal) -> dict[str, int]:
    """Rows by table."""
    async with portal.server.context.database.reading() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }


async def test_the_documented_example_can_be_imported(portal: Portal) -> None:
    """Its customer connects and sees contracts, an extension and an invoice, all in TMF's shape."""
    loaded = await import_file(portal.server.context, EXAMPLE)
    person = await connected(portal, "customer4711")
    products = await person.list(INVENTORY)
    (bill,) = await person.list(BILL)
    (extension,) = await person.list(SERVICE)

    assert (loaded.customers, loaded.contracts, loaded.invoices) == (1, 2, 1)
    assert loaded.accounts == ("acc-customer4711",)
    assert [product["id"] for product in products] == ["c-4711-1", "p-4711-router", "c-4711-2", "p-4711-seats"]
    assert (bill["state"], bill["taxIncludedAmount"]["value"]) == ("settled", 80.44)
    assert extension["callForwarding"]["noAnswer"] == {
        "active": False, "target": "tel:+491713920060", "noReplyTimer": 20, "status": "off",
    }  # fmt: skip
    assert extension["callForwardingCapability"]["allowedDestinations"] == ["+43"]
    for product in products:
        conform("Product", product)
    conform("CustomerBill", bill)
    conform("Service", extension)


async def test_what_is_there_already_is_refused_and_changes_nothing(portal: Portal) -> None:
    """The same file twice: every clash is named with its line, no row is written."""
    await import_file(portal.server.context, EXAMPLE)
    before = await count(portal)
    with pytest.raises(WorldError) as refused:
        await import_file(portal.server.context, EXAMPLE)

    assert f"line {line_of(GOOD, chr(34) + 'cust-4711')}: " in str(refused.value)
    assert "the portal already has the customer cust-4711" in str(refused.value)
    assert "the portal already has the username customer4711" in str(refused.value)
    assert await count(portal) == before


async def test_a_second_file_may_lean_on_the_catalogue_of_the_first(portal: Portal, tmp_path: Path) -> None:
    """Offerings that the portal knows need not be repeated; prices and terms come from them."""
    await seed_demo(portal.server.context)
    document = json.loads(GOOD)
    document["offerings"] = []
    customer = document["customers"][0]
    customer["services"], customer["invoices"] = [], []
    customer["contracts"] = [{**customer["contracts"][0], "offering": "off-dsl-100", "options": []}]
    file = tmp_path / "second.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    await import_file(portal.server.context, file)
    person = await connected(portal, "customer4711")
    (contract,) = await person.list(INVENTORY)

    assert contract["name"] == "Business DSL 100"
    assert contract["productPrice"][0]["price"]["dutyFreeAmount"]["value"] == 44.90


BAD = [
    ('"world": 1,', '"world": 1', "not JSON", 3),
    ('"kind": "contract",', '"kind": "bundle",', "offerings.0.kind", None),
    ('"net": "44.90"', '"net": "44.905"', "decimal places", None),
    ('"net": "44.90"', '"net": NaN', "NaN", 1),
    ('"id": "acme-lte-backup"', '"id": "acme-router"', "offering acme-router is there twice", None),
    ('"requires": ["acme-router"]', '"requires": ["acme-modem"]', "no such offering: acme-modem", None),
    ('"requires": ["acme-router"]', '"requires": ["acme-dsl"]', "is no option offering", None),
    ('"phone": "+491713920060"', '"phone": "0171 3920060"', "phone", None),
    ('"roles": ["portalAdmin"]', '"roles": ["king"]', "roles", None),
    ('"mandate_reference": "M-4711-01",', "", "a direct debit needs", None),
    ('"site": "site-4711-berlin"', '"site": "site-mars"', "no such site: site-mars", None),
    ('"start": "2025-04-01",\n          "bandwidth"', '"start": "2025-02-30",\n          "bandwidth"', "start", None),
    ('"start": "2025-04-01",\n          "bandwidth"', '"start": "1025-02-28",\n          "bandwidth"', "1990", None),
    ('"offering": "acme-router", "start": "2025-04-01"', '"offering": "acme-router", "start": "2025-03-31"',
     "before its contract begins", None),
    ('"offering": "acme-router"', '"offering": "acme-seat"', "is no option for acme-dsl", None),
    (', "quantity": 2}]', "}]", "needs a quantity", None),
    ('"contract": "c-4711-2"', '"contract": "c-9"', "no such contract: c-9", None),
    ('"active": true, "target": "sip:voicemail@pbx.eservice.example"', '"active": true', "needs a target", None),
    ('"due": "2025-10-17"', '"due": "2025-10-02"', "before the invoice's date", None),
    ('"period_end": "2025-10-01"', '"period_end": "2025-09-01"', "not after period_start", None),
    ('"paid": "all"', '"paid": "80.45"', "more than the invoice's total", None),
    ('"product": "p-4711-seats"', '"product": "p-9"', "no such product: p-9", None),
    ('"net": "15.80"', '"net": "15.80", "colour": "blue"', "colour", None),
    ('"city": "Berlin",\n      "accounts"', '"city": "Berlin", "city": "Bonn",\n      "accounts"', "given twice", None),
    ('"name": "Akme Werkzeuge KG",\n      "street"', '"street"', "customers.0.name", None),
    ('"allowed_destinations": ["+43"]', '"allowed_destinations": ["+43", "+43"]', "the same prefix twice", None),
    ('"tel:+491713920060", "name"', '"tel:+499001123456", "name"', "never diverted there: premium", None),
]  # fmt: skip


@pytest.mark.parametrize(("part", "wrong", "reason", "line"), BAD)
def test_a_mistake_is_named_with_its_line(part: str, wrong: str, reason: str, line: int | None) -> None:
    """Syntax, types, duplicates, dangling references, impossible dates: the line number and the reason."""
    assert part in GOOD
    text = GOOD.replace(part, wrong, 1)
    with pytest.raises(WorldError) as refused:
        world, lines = parse(text)
        raise lines.error(mistakes(world))
    first = refused.value.lines[0]

    assert reason in str(refused.value)
    assert first.startswith(f"line {line if line else ''}")
    if line is None:
        expected = GOOD[: GOOD.index(part)].count("\n") + 1
        said = {int(one.split()[1].rstrip(":")) for one in refused.value.lines}
        assert any(expected - 4 <= number <= expected + part.count("\n") for number in said), refused.value.lines


async def test_a_bad_file_changes_nothing(portal: Portal, tmp_path: Path) -> None:
    """Even when all but the last line of it is good; also what is no text, no file or no object."""
    before = await count(portal)
    file = tmp_path / "world.json"
    for content in (GOOD.replace("p-4711-seats", "p-9", 1).encode(), b"\xff\xfe", b"", b"[]", b"[" * 100_000, b"null"):
        file.write_bytes(content)
        with pytest.raises(WorldError, match=r"line 1|line \d+: customers"):
            await import_file(portal.server.context, file)
    with pytest.raises(WorldError, match="No such file"):
        await import_file(portal.server.context, tmp_path / "missing.json")

    assert await count(portal) == before


def test_all_mistakes_are_reported_at_once() -> None:
    """Three wrong lines, three messages, in the order of the file."""
    text = (
        GOOD.replace('"kind": "contract"', '"kind": "x"', 1).replace("+491713920060", "1", 1).replace('"all"', '"none"')
    )
    with pytest.raises(WorldError) as refused:
        parse(text)

    numbers = [int(one.split()[1].rstrip(":")) for one in refused.value.lines]
    assert numbers == sorted(numbers)
    assert {line_of(text, '"kind": "x"'), line_of(text, '"phone": "1"'), line_of(text, '"none"')} <= set(numbers)


async def test_seeding_twice_is_seeding_once(portal: Portal) -> None:
    """A demo that is started again finds its world and leaves it."""
    first = await seed_demo(portal.server.context)
    before = await count(portal)

    assert first is not None
    assert await seed_demo(portal.server.context) is None
    assert await count(portal) == before


def test_the_demo_world_is_sound_on_every_day() -> None:
    """Over three years of todays nothing dangles, and the newest invoice by transfer is not overdue."""
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        world = demo_world(day)
        assert mistakes(world) == []
        bills = [bill for bill in world.customers[0].invoices if bill.billing_account == "ba-2300229"]
        newest = max(bills, key=lambda bill: bill.billed)
        assert newest.billed <= day <= newest.due, day
        assert newest.paid == 0
        day += timedelta(days=5)


def test_the_demo_world_has_what_was_promised() -> None:
    """Three customers, four to eight contracts each, a role accounting, one person with two accounts."""
    world = demo_world(date(2026, 11, 22))
    people = [account for customer in world.customers for account in customer.accounts]

    assert len(world.customers) == 3
    assert all(4 <= len(customer.contracts) <= 8 for customer in world.customers)
    assert all(len(customer.sites) >= 2 for customer in world.customers)
    assert any(account.roles == ("accounting",) for account in people)
    assert sum(account.name == "Nora Nordmann" for account in people) == 2
    assert {account.username for account in people} >= {"customer2300229"}


def test_the_big_world_is_big() -> None:
    """Five hundred contracts and more than five hundred invoices, without a mistake."""
    world = big_world(date(2026, 11, 22), with_catalogue=True)
    (customer,) = world.customers

    assert len(customer.contracts) == 500
    assert len(customer.invoices) >= 500
    assert mistakes(world) == []


def test_a_world_survives_its_own_file() -> None:
    """Written as JSON and read again the demo world is the same: files can say all that it says."""
    world = demo_world(date(2026, 11, 22))
    again, _ = parse(world.model_dump_json(exclude_defaults=True))

    assert again == world
    assert isinstance(again, World)


async def test_imported_customers_are_there(portal: Portal) -> None:
    """The customer's name is what the bot will show, masked."""
    await import_file(portal.server.context, EXAMPLE)
    async with portal.server.context.database.reading() as connection:
        names = (await connection.execute(select(customers.c.name).where(customers.c.id == "cust-4711"))).scalars()
        assert list(names) == ["Akme Werkzeuge KG"]


def test_the_documentation_names_every_field() -> None:
    """docs/world.md is the schema for people: no field of any part is missing in it."""
    said = (EXAMPLE.parent / "world.md").read_text(encoding="utf-8")
    parts: list[type[Fact]] = [World, *Fact.__subclasses__()]
    missing = [f"{part.__name__}.{name}" for part in parts for name in part.model_fields if f"`{name}`" not in said]

    assert missing == []
