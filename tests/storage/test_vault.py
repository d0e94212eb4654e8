"""The vault: a sealed cell opens in its place, under its key, unchanged; in any other case it does not open."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.vault import (
    KEY_BYTES,
    BadKey,
    CannotOpen,
    Use,
    Vault,
    derive,
    generate_key,
    key_id_of,
    parse_keys,
)
from tests.proof import Proof

CELLS = 400
COLUMNS = ("token", "phone")


def a_vault(keys: int = 1) -> Vault:
    return Vault(parse_keys(" ".join(generate_key() for _ in range(keys))))


VAULT = a_vault()
names = st.text(min_size=1, max_size=20)


@given(names, names, names, st.binary(max_size=300))
def test_a_sealed_cell_opens_in_its_place(table: str, pk: str, column: str, plaintext: bytes) -> None:
    """What was sealed for a cell opens there as it was."""
    assert VAULT.open(table, pk, column, VAULT.seal(table, pk, column, plaintext)) == plaintext


@given(st.tuples(names, names, names), st.tuples(names, names, names), st.binary(max_size=50))
def test_a_sealed_cell_opens_nowhere_else(
    here: tuple[str, str, str], there: tuple[str, str, str], plaintext: bytes
) -> None:
    """A cell moved to any other table, row or column does not open, even where the names run together alike."""
    assume(here != there)

    with pytest.raises(CannotOpen):
        VAULT.open(*there, VAULT.seal(*here, plaintext))


def test_names_that_run_together_are_different_places() -> None:
    """The border between table, row and column belongs to the place."""
    with pytest.raises(CannotOpen):
        VAULT.open("a", "b|c", "d", VAULT.seal("a|b", "c", "d", b"secret"))


@given(st.binary(max_size=80))
def test_noise_does_not_open(noise: bytes) -> None:
    """Bytes that the vault never made are refused, whatever their length."""
    with pytest.raises(CannotOpen):
        VAULT.open("t", "1", "c", noise)


def test_equal_plaintexts_look_different() -> None:
    """Each sealing takes a fresh nonce, so equal values can't be told from their ciphertexts."""
    assert len({VAULT.seal("t", "1", "c", b"same") for _ in range(1_000)}) == 1_000


def test_older_keys_read_and_the_newest_writes() -> None:
    """After a new key is put in front, old cells open and are marked for rotation; new cells are not."""
    old, new = generate_key(), generate_key()
    before = Vault(parse_keys(old))
    after = Vault(parse_keys(f"{new},{old}"))
    cell = before.seal_text("t", "1", "c", "Müller")

    assert after.open_text("t", "1", "c", cell) == "Müller"
    assert after.needs_rotation(cell)
    assert not before.needs_rotation(cell)
    assert not after.needs_rotation(after.seal_text("t", "1", "c", "Müller"))


def test_a_dropped_key_no_longer_opens() -> None:
    """Once the old key is taken out, its cells are refused and the refusal names the key, not the content."""
    old, new = generate_key(), generate_key()
    cell = Vault(parse_keys(old)).seal("t", "1", "c", b"hunter2")

    with pytest.raises(CannotOpen, match=key_id_of(cell).hex()) as refusal:
        Vault(parse_keys(new)).open("t", "1", "c", cell)
    assert "hunter2" not in str(refusal.value)


def test_blind_indexes_find_values_sealed_under_older_keys() -> None:
    """A lookup asks for each key's index, so a value indexed before the rotation is still found."""
    old, new = generate_key(), generate_key()
    stored = Vault(parse_keys(old)).blind_index("phone", "+4921155000")
    after = Vault(parse_keys(f"{new} {old}"))

    assert stored in after.blind_indexes("phone", "+4921155000")
    assert after.blind_indexes("phone", "+4921155000")[0] == after.blind_index("phone", "+4921155000")
    assert stored not in after.blind_indexes("mail", "+4921155000")
    assert stored not in after.blind_indexes("phone", "+4921155001")


def test_a_mac_holds_for_its_use_and_parts_only() -> None:
    """A tag made for one use, or over other parts, is not accepted; one under an older key is."""
    old, new = generate_key(), generate_key()
    before, after = Vault(parse_keys(old)), Vault(parse_keys(f"{new} {old}"))
    tag = before.mac(Use.BUTTON_MAC, b"a", b"bc")

    assert after.mac_matches(Use.BUTTON_MAC, tag, b"a", b"bc")
    assert not after.mac_matches(Use.BUTTON_MAC, tag, b"ab", b"c")
    assert not after.mac_matches(Use.PIN_PEPPER, tag, b"a", b"bc")


def test_no_two_uses_share_a_key() -> None:
    """Each use derives a key of its own from the master key."""
    (master,) = parse_keys(generate_key())

    assert len({derive(master, use) for use in Use} | {master}) == len(Use) + 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no key"),
        ("changeme", "bytes"),
        ("base64?!", "base64url"),
        ("A" * 43, "not random"),
        (generate_key()[:-7], "bytes"),
        (generate_key() + "AAAA", "exactly"),
        ((generate_key() + " ") * 2, "equal"),
    ],
    ids=["none", "default", "alphabet", "typed", "short", "long", "equal"],
)
def test_a_bad_key_is_refused_with_its_reason(text: str, reason: str) -> None:
    """Missing, default, short, overlong, typed and equal keys are refused, and the reason never shows the key."""
    with pytest.raises(BadKey, match=reason) as refusal:
        parse_keys(text)
    assert not text or text.split()[0] not in str(refusal.value)


def test_a_generated_key_is_a_good_key() -> None:
    """What `generate_key` makes has full length and is never the same twice."""
    keys = parse_keys("\n".join(generate_key() for _ in range(50)))

    assert {len(key) for key in keys} == {KEY_BYTES}


def test_a_vault_does_not_show_its_keys() -> None:
    """Neither repr nor str of a vault contains key material."""
    text = generate_key()
    shown = repr(Vault(parse_keys(text)))

    assert text not in shown
    assert parse_keys(text)[0].hex() not in shown


@pytest.mark.proof("T45", target="100 % rejected; 0 plaintext in DB/WAL/backup grep")
def test_swapped_cut_and_replaced_cells_do_not_open(proof: Proof, tmp_path: Path) -> None:
    """In a real database file no cell opens with bytes of another place or version, and none shows its text."""
    vault = a_vault(keys=2)
    canaries = [f"canary-{proof.random.getrandbits(64):016x}" for _ in range(CELLS)]
    with closing(sqlite3.connect(tmp_path / "cells.db")) as database:
        _write_cells(database, vault, canaries)
        cells = _read_cells(database)
        cases = proof.count(10_000, "cases")
        rejected = sum(_rejected(vault, cells, proof.random) for _ in range(cases))
        with closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
            database.backup(backup)
        files = sorted(tmp_path.iterdir())
        on_disk = b"".join(file.read_bytes() for file in files)
    shown = sum(canary.encode() in on_disk for canary in canaries)

    proof.record(
        figure=f"{rejected}/{cases} rejected, {shown} plaintexts shown", passed=rejected == cases and not shown
    )
    assert any(file.name.endswith("-wal") for file in files)
    assert (rejected, shown) == (cases, 0)


Cells = dict[tuple[int, str], bytes]


def _write_cells(database: sqlite3.Connection, vault: Vault, canaries: list[str]) -> None:
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE cells (pk INTEGER PRIMARY KEY, token BLOB, phone BLOB)")
    for pk, canary in enumerate(canaries):
        row = [vault.seal_text("cells", pk, column, canary) for column in COLUMNS]
        database.execute("INSERT INTO cells VALUES (?, ?, ?)", (pk, *row))
    database.commit()


def _read_cells(database: sqlite3.Connection) -> Cells:
    rows = database.execute("SELECT pk, token, phone FROM cells").fetchall()
    return {(pk, column): cell for pk, *row in rows for column, cell in zip(COLUMNS, row, strict=True)}


def _rejected(vault: Vault, cells: Cells, chance: random.Random) -> bool:
    """Spoil one cell in one of the ways an intruder has, and see whether it still opens."""
    place, other = chance.sample(sorted(cells), 2)
    cell = cells[place]
    cut = chance.randrange(len(cell))
    flipped = bytearray(cell)
    flipped[cut] ^= 1 << chance.randrange(8)
    spoilt = chance.choice(
        [
            cells[other],  # another row's or column's
            cell[:cut],  # cut at the end
            cell[cut + 1 :],  # cut at the front
            bytes(flipped),  # one bit changed
            cell + chance.randbytes(1),  # grown
            chance.randbytes(len(cell)),  # replaced by noise
            cell[:17] + cells[other][17:],  # the head of one on the body of another
            a_vault().seal_text("cells", place[0], place[1], "mine"),  # sealed with the intruder's own key
        ]
    )
    try:
        vault.open("cells", place[0], place[1], spoilt)
    except CannotOpen:
        return True
    return False
