"""Whatever is done to the database or to the anchor behind our back is found, and told where.

The attacker has every right over the database and knows how the audit is made, but has no key
(where a row does not say otherwise).
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.columns import metadata
from store.verdict import Verdict, Wrong
from tests.store.attacker import VOUCHED, Attacker, other, resealed
from tests.store.nights import KEY, opened, some_nights

GUESSED = b"guess" * 6 + b"!!"
Tamper = Callable[[Attacker, Path], object]


class Laboratory:
    """A database and its anchor after some nights, as often as wanted."""

    def __init__(self, folder: Path, postgres: str | None) -> None:
        self._folder = folder
        self._postgres = postgres
        self._copies = 0
        self._folder.mkdir(parents=True)
        with opened(self._url(self._folder), self._folder) as store:
            some_nights(store)
        attacker = Attacker(url=self._url(self._folder))
        self._rows = {table.name: attacker.rows(table.name) for table in metadata.sorted_tables}

    def scene(self) -> tuple[Attacker, Path]:
        """The database, untouched, and the folder of its anchor."""
        self._copies += 1
        folder = self._folder.parent / f"copy{self._copies}"
        if self._postgres is None:
            shutil.copytree(self._folder, folder)
        else:
            folder.mkdir()
            shutil.copy(self._folder / "audit.anchor", folder)
            self._reset()
        return Attacker(url=self._url(folder)), folder

    def _reset(self) -> None:
        with Attacker(url=self._postgres).inside() as connection:
            connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER ALL")
            for table in metadata.sorted_tables:
                connection.execute(sa.delete(table))
                if self._rows[table.name]:
                    connection.execute(sa.insert(table), self._rows[table.name])

    def _url(self, folder: Path) -> str:
        return self._postgres or f"sqlite:///{folder / 'oncoflag.db'}"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def laboratory(request, tmp_path_factory) -> Iterator[Laboratory]:
    folder = tmp_path_factory.mktemp("lab") / "nights"
    if request.param == "sqlite":
        yield Laboratory(folder, None)
        return
    server = sa.make_url(request.getfixturevalue("postgres"))
    server = server.set(drivername="postgresql+psycopg")
    name = f"tampered_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        # It is filled anew a hundred times, and nobody pulls the plug.
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        yield Laboratory(folder, server.set(database=name).render_as_string(hide_password=False))
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def scene(laboratory) -> tuple[Attacker, Path]:
    return laboratory.scene()


def verdict(attacker: Attacker, folder: Path) -> Verdict:
    with opened(attacker.url, folder) as store:
        return store.verify_audit()


def test_nobody_touched_anything(scene):
    found = verdict(*scene)
    assert (found.is_clean, found.faults, found.gaps) == (True, (), ())
    assert found.entries == found.anchored == len(scene[0].chain())


def test_every_table_that_is_vouched_for_has_rows_to_tamper_with(scene):
    attacker, _ = scene
    assert [name for name in VOUCHED if not attacker.rows(name)] == []


def entry(number: int, **cells: object) -> Tamper:
    return lambda attacker, _: attacker.change("audit", attacker.chain()[number - 1], **cells)


def row(table: str, at: int, **cells: object) -> Tamper:
    return lambda attacker, _: attacker.change(table, attacker.rows(table)[at], **cells)


def gone(table: str, at: int) -> Tamper:
    return lambda attacker, _: attacker.delete(table, attacker.rows(table)[at])


def again(table: str, at: int, **cells: object) -> Tamper:
    return lambda attacker, _: attacker.insert(table, attacker.rows(table)[at] | cells)


def without(first: int, last: int, key: bytes | None = None) -> Tamper:
    """Entries taken out; with a key the rest is numbered and sealed anew."""

    def tamper(attacker: Attacker, _: Path) -> None:
        chain = attacker.chain()
        left = chain[: first - 1] + chain[last:]
        attacker.write_chain(left if key is None else resealed(left, key, begin=first - 1))

    return tamper


def swapped(one: int, two: int) -> Tamper:
    """Two entries change places; each keeps the number of its new place."""

    def tamper(attacker: Attacker, _: Path) -> None:
        chain = attacker.chain()
        left, right = chain[one - 1], chain[two - 1]
        chain[one - 1], chain[two - 1] = right | {"seq": one}, left | {"seq": two}
        attacker.write_chain(chain)

    return tamper


def added(at: int, key: bytes) -> Tamper:
    """An entry slipped in before number *at*, everything after it sealed anew."""

    def tamper(attacker: Attacker, _: Path) -> None:
        chain = attacker.chain()
        new = chain[0] | {"action": "decision.recorded", "subject": "f" * 64}
        attacker.write_chain(resealed([*chain[: at - 1], new, *chain[at - 1 :]], key, at - 1))

    return tamper


def rewritten(key: bytes, begin: int = 0) -> Tamper:
    """Another actor from some entry on, all of it sealed anew."""

    def tamper(attacker: Attacker, _: Path) -> None:
        chain = attacker.chain()
        chain[begin:] = [each | {"actor": "nobody"} for each in chain[begin:]]
        attacker.write_chain(resealed(chain, key, begin))

    return tamper


def anchor(edit: Callable[[list[str]], list[str]]) -> Tamper:
    def tamper(_: Attacker, folder: Path) -> None:
        path = folder / "audit.anchor"
        path.write_text("".join(edit(path.read_text().splitlines(keepends=True))))

    return tamper


def unguarded(attacker: Attacker, _: Path) -> None:
    """The triggers are taken off, and stay off."""
    engine = sa.create_engine(attacker.url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
    engine.dispose()


def both(*tampers: Tamper) -> Tamper:
    return lambda attacker, folder: [each(attacker, folder) for each in tampers]


def unheld(attacker: Attacker, _: Path) -> None:
    held = next(each for each in attacker.rows("reports") if each["hold"])
    attacker.change("reports", held, hold=None, hold_code=None)


NAMED: list[tuple[str, Tamper, Wrong, str]] = [
    # The chain
    ("an actor is exchanged", entry(8, actor="nobody"), Wrong.CHANGED, "entry 8:"),
    ("a detail is exchanged", entry(10, detail="{}"), Wrong.CHANGED, "entry 10:"),
    ("a detail is no JSON any more", entry(10, detail="{"), Wrong.CHANGED, "entry 10:"),
    ("a seal is exchanged", entry(8, hash="0" * 64), Wrong.CHANGED, "entry 8:"),
    ("the last seal is exchanged", entry(32, hash="0" * 64), Wrong.NOT_ANCHORED, "entry 32:"),
    ("one entry is deleted", without(8, 8), Wrong.MISSING, "entry 8:"),
    ("the first entry is deleted", without(1, 1), Wrong.MISSING, "entry 1:"),
    ("five entries are deleted", without(8, 12), Wrong.MISSING, "entries 8 to 12:"),
    ("one is deleted, the rest numbered anew", without(8, 8, GUESSED), Wrong.CHANGED, "entries 8 "),
    ("two entries change places", swapped(8, 11), Wrong.CHANGED, "entry 8:"),
    ("an entry is slipped in", added(8, GUESSED), Wrong.CHANGED, "entries 8 to 33:"),
    ("an entry is added at the end", added(33, GUESSED), Wrong.CHANGED, "entry 33:"),
    ("the tail is cut off", without(20, 32), Wrong.LOST, "entries 20 to 32:"),
    ("the last entry is cut off", without(32, 32), Wrong.LOST, "entry 32:"),
    ("everything is deleted", without(1, 32), Wrong.LOST, "entries 1 to 32:"),
    ("all is written anew with a guessed key", rewritten(GUESSED), Wrong.CHANGED, "entries 1 to "),
    ("all is written anew without a key", rewritten(b""), Wrong.CHANGED, "entries 1 to 32:"),
    ("the tail is replaced, by someone with the key", rewritten(KEY, 20), Wrong.NOT_ANCHORED, "21"),
    ("all is replaced, by someone with the key", rewritten(KEY), Wrong.NOT_ANCHORED, "entries 1 "),
    ("an entry is slipped in with the key", added(20, KEY), Wrong.NOT_ANCHORED, "2"),
    ("one is deleted with the key", without(8, 8, KEY), Wrong.NOT_ANCHORED, "entries 8 to "),
    ("the guard is taken off", unguarded, Wrong.UNGUARDED, "the guard"),
    # The anchor
    ("the anchor is deleted", lambda _, at: (at / "audit.anchor").unlink(), Wrong.ANCHOR_GONE, ""),
    ("a line of the anchor is missing", anchor(lambda x: x[:5] + x[6:]),
     Wrong.ANCHOR_CHANGED, "entry 8:"),
    ("its first line is missing", anchor(lambda x: x[1:]), Wrong.ANCHOR_CHANGED, "entry 1"),
    ("a line of it has another hash", anchor(lambda x: [*x[:5], x[5][:-9] + "00000000\n", *x[6:]]),
     Wrong.NOT_ANCHORED, "entry 8:"),
    ("a line of it is no line", anchor(lambda x: [*x[:5], "\n", *x[6:]]),
     Wrong.ANCHOR_CHANGED, "entry 8:"),
    ("its last line is no line", anchor(lambda x: [*x[:-1], "nothing\n"]),
     Wrong.ANCHOR_CHANGED, "cannot be read"),
    ("two lines of it change places", anchor(lambda x: [*x[:5], x[6], x[5], *x[7:]]),
     Wrong.ANCHOR_CHANGED, ""),
    # What the entries vouch for
    ("a finding is made negative", row("findings", 1, status="not_detected"),
     Wrong.THING_CHANGED, "report"),
    ("a finding is deleted", gone("findings", 2), Wrong.THING_CHANGED, "report"),
    ("what a page said is exchanged", row("observations", 0, text="wild type"),
     Wrong.THING_CHANGED, "report"),
    ("a hold is lifted", unheld, Wrong.THING_CHANGED, "report"),
    ("a report is given to another patient", row("case_reports", 0, case_id="c3"),
     Wrong.THING_CHANGED, "report"),
    ("a report is deleted whole", gone("reports", 0), Wrong.THING_GONE, "report"),
    ("the earlier version of a report is deleted", gone("earlier_readings", 0),
     Wrong.THING_GONE, "report"),
    ("an earlier version is exchanged", row("earlier_readings", 0, canonical="{}"),
     Wrong.THING_CHANGED, "report"),
    ("what a reader saw is exchanged", row("readings", 0, observed="{}"),
     Wrong.THING_CHANGED, "observed"),
    ("what a reader saw is deleted", gone("readings", 0), Wrong.THING_GONE, "report"),
    ("what a reader saw stands once more, of a version that never was",
     again("readings", 0, revision=9), Wrong.THING_UNKNOWN, "readings"),
    ("a flag gets another therapy", row("flags", 0, therapy="pemigatinib"),
     Wrong.THING_CHANGED, "interpretation"),
    ("a flag is deleted", gone("flags", 0), Wrong.THING_CHANGED, "interpretation"),
    ("a suggestion is ranked anew", row("suggestions", 0, rank=2), Wrong.THING_CHANGED, ""),
    ("an interpretation is exchanged", row("interpretations", 0, canonical="{}"),
     Wrong.THING_CHANGED, "interpretation"),
    ("an old interpretation is made current", both(
        row("interpretations", 2, state="superseded"), row("interpretations", 1, state="current")),
     Wrong.THING_CHANGED, "version that counts"),
    ("the newest interpretation is deleted", gone("interpretations", 2),
     Wrong.THING_GONE, "interpretation"),
    ("what it was made from is exchanged", row("interpretation_inputs", 0, inputs="{}"),
     Wrong.THING_CHANGED, "inputs"),
    ("a patient is exchanged", row("cases", 0, name="Somebody"), Wrong.THING_CHANGED, "case"),
    ("a case is deleted", gone("cases", 0), Wrong.THING_GONE, "case"),
    ("a decision is turned round", row("decisions", 0, accepted=False), Wrong.THING_CHANGED, ""),
    ("a decision is deleted", gone("decisions", 0), Wrong.THING_GONE, "decision"),
    ("a resolution is deleted", gone("resolutions", 0), Wrong.THING_GONE, "resolution"),
    ("a resolution gets another name", row("resolutions", 0, resolved_by="nobody"),
     Wrong.THING_CHANGED, "resolution"),
    ("another release is made active", both(
        row("releases", 0, state="retired"), row("releases", 1, state="retired")),
     Wrong.THING_CHANGED, "release"),
    ("a release is exchanged", row("releases", 0, canonical="[]"), Wrong.THING_CHANGED, "release"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "tamper", "code", "told"), NAMED, ids=[each[0] for each in NAMED]
)
def test_found_and_told(scene, words, tamper, code, told):
    tamper(*scene)
    found = verdict(*scene)
    assert any(each.code is code and told in each.sentence for each in found.faults), found.faults


def test_a_report_that_no_entry_knows_is_found(scene):
    attacker, folder = scene
    copied = attacker.rows("reports")[0] | {"id": "e" * 64, "sha256": "e" * 64}
    attacker.insert("reports", copied | {"logical_key": None})
    (fault,) = verdict(attacker, folder).faults
    assert fault.code is Wrong.THING_UNKNOWN


def test_the_older_version_of_a_report_cannot_be_put_back(scene):
    """All rows of the first version, as they stood then, and no trace of the second."""
    attacker, folder = scene
    (earlier, *_) = attacker.rows("earlier_readings")
    report = next(each for each in attacker.rows("reports") if each["id"] == earlier["report_id"])
    attacker.delete("earlier_readings", earlier)
    attacker.change("reports", report, revision=1, canonical=earlier["canonical"])
    codes = {each.code for each in verdict(attacker, folder).faults}
    assert {Wrong.THING_CHANGED, Wrong.THING_GONE} <= codes


def test_a_wrong_key_is_told_of_all_entries_in_one_sentence(scene):
    attacker, folder = scene
    from store.records import open_store  # noqa: PLC0415
    from tests.store.nights import seal_in  # noqa: PLC0415

    with open_store(attacker.url, seal_in(folder, GUESSED)) as store:
        (fault,) = store.verify_audit().faults
    assert fault.sentence.startswith("entries 1 to 32: changed, or written with another key")


def chain_at_random(attacker: Attacker, folder: Path, dice: random.Random) -> None:
    chain = attacker.chain()
    at = dice.randrange(len(chain))
    kind = dice.randrange(6)
    if kind == 0:
        column = dice.choice([each for each in metadata.tables["audit"].c if each.name != "seq"])
        value = other(chain[at][column.name], column, dice)
        attacker.change("audit", chain[at], **{column.name: value})
    elif kind == 1:
        last = min(len(chain), at + dice.randint(1, 6))
        without(at + 1, last, dice.choice([None, GUESSED, KEY]))(attacker, folder)
    elif kind == 2:
        two = (at + dice.randint(1, len(chain) - 1)) % len(chain)
        swapped(at + 1, two + 1)(attacker, folder)
    elif kind == 3:
        added(at + 1, dice.choice([GUESSED, b"", KEY]))(attacker, folder)
    elif kind == 4:
        rewritten(dice.choice([GUESSED, b"", KEY]), at)(attacker, folder)
    else:
        without(at + 1, len(chain))(attacker, folder)


def table_at_random(attacker: Attacker, folder: Path, dice: random.Random) -> None:
    name = dice.choice(VOUCHED)
    table, rows = metadata.tables[name], attacker.rows(name)
    victim = dice.choice(rows)
    kind = dice.randrange(4)
    if kind == 0:
        attacker.delete(name, victim)
    elif kind == 1:
        key = dice.choice(list(table.primary_key.columns))
        copied = victim | {key.name: other(victim[key.name], key, dice)}
        unique = {"logical_key": None, "state": "superseded", "marker": victim.get("marker")}
        attacker.insert(name, copied | {k: v for k, v in unique.items() if k in copied})
    else:
        skipped = {"stale"} | {each.name for each in table.primary_key.columns}
        free = [each for each in table.c if each.name not in skipped]
        if not free:
            attacker.delete(name, victim)
            return
        column = dice.choice(free)
        value = other(victim[column.name], column, dice)
        attacker.change(name, victim, **{column.name: value})


def anchor_at_random(_: Attacker, folder: Path, dice: random.Random) -> None:
    path = folder / "audit.anchor"
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    kind = dice.randrange(3)
    if kind == 0:
        del lines[dice.randrange(len(lines) - 1)]
    elif kind == 1:
        at = dice.randrange(len(lines) - 1)
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    else:
        at = dice.randrange(len(text) - 1)
        new = dice.choice([each for each in "0123456789abcdef \n" if each != text[at]])
        lines = [text[:at], new, text[at + 1 :]]
    path.write_text("".join(lines))


TAMPERS = [chain_at_random, table_at_random, table_at_random, anchor_at_random]


def done(tamper: Callable[..., None], *scene: object) -> bool:
    """False where the database itself refused: not even with every right can it be stored."""
    try:
        tamper(*scene)
    except sa.exc.IntegrityError:
        return False
    return True


@pytest.mark.parametrize(
    "count", [pytest.param(100), pytest.param(1000, marks=pytest.mark.long)], ids="{}".format
)
def test_tampered_with_at_random_and_found(laboratory, count):
    missed = []
    for seed in range(count):
        dice = random.Random(seed)  # noqa: S311 - no secret
        tamper = dice.choice(TAMPERS)
        attacker, folder = laboratory.scene()
        while not done(tamper, attacker, folder, dice):
            pass
        if verdict(attacker, folder).is_clean:
            missed.append((seed, tamper.__name__))
    assert missed == []
