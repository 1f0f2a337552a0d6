"""How fast reports are stored, as ratios against a peer on the same rows in the same run.

One transaction a report (`Store.save_report`, JSON and rows included) against SQLAlchemy Core
given the finished rows with one commit a report; and Core upserts against the ORM with one commit
a row. SQLite always, PostgreSQL where ONCOFLAG_TEST_POSTGRES names an empty database.
"""

# ruff: noqa: E402 - the path is set before the imports

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

# This script is called like the room it measures: look for `store` in the repository instead.
sys.path[0] = str(Path(__file__).parent.parent)

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, registry

from pipeline.model import Marker, ReportResult
from store import engine
from store.records import open_store
from store.rows import report_row, result_rows
from store.tables import (
    case_reports,
    cases,
    finding_observations,
    findings,
    observations,
    reports,
)
from tests.store.samples import markers, result

REPORTS = 300
FINDINGS = 15


def sample(number: int) -> ReportResult:
    """A report with fifteen findings."""
    base = result(f"report {number}", accession=f"A-{number}")
    pattern = base.findings[0]
    seen = pattern.observations[0]
    found = tuple(
        replace(pattern, marker=marker, observations=(replace(seen, marker=marker),))
        for marker in list(Marker)[:FINDINGS]
    )
    return replace(base, findings=found, markers=markers(*found))


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def core_a_commit_a_report(database: sa.Engine, samples: list[ReportResult]) -> float:
    """The same rows by SQLAlchemy Core alone, made beforehand."""
    made = []
    for each in samples:
        row = report_row(each, each.report.identity, "c1")
        rows = result_rows(row["id"], each)
        row |= {"revision": 1, "hold": None, "hold_code": None, "logical_key": row["id"]}
        made.append((row, rows))
    with database.begin() as connection:
        connection.execute(sa.insert(cases), {"id": "c1", "stale": True})

    def work() -> None:
        for row, rows in made:
            with database.begin() as connection:
                connection.execute(sa.insert(reports), row)
                connection.execute(sa.insert(findings), list(rows.findings))
                connection.execute(sa.insert(observations), list(rows.observations))
                connection.execute(sa.insert(finding_observations), list(rows.links))
                link = {"report_id": row["id"], "case_id": "c1"}
                connection.execute(sa.insert(case_reports), link)

    return seconds(work)


def orm_a_commit_a_row(database: sa.Engine, samples: list[ReportResult]) -> float:
    """Findings as mapped objects, one commit each."""

    class Mapped:
        pass

    registry().map_imperatively(Mapped, findings)
    rows = [row for each in samples for row in result_rows(each.report.sha256, each).findings]

    def work() -> None:
        with Session(database) as session:
            for row in rows:
                one = Mapped()
                for name, value in row.items():
                    setattr(one, name, value)
                session.add(one)
                session.commit()

    return seconds(work)


def core_upsert(database: sa.Engine, samples: list[ReportResult]) -> float:
    """The same findings, an upsert for every 500 rows."""
    rows = [row for each in samples for row in result_rows(each.report.sha256, each).findings]
    dialect = postgresql if database.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(findings).on_conflict_do_nothing()

    def work() -> None:
        for at in range(0, len(rows), 500):
            with database.begin() as connection:
                connection.execute(upsert, rows[at : at + 500])

    return seconds(work)


def clear(database: sa.Engine) -> None:
    with database.begin() as connection:
        for table in (finding_observations, findings, observations, case_reports, cases, reports):
            connection.execute(sa.delete(table))


def only_reports(database: sa.Engine, samples: list[ReportResult]) -> None:
    """Room for findings, which stand under a report."""
    clear(database)
    missing = {"revision": 1, "hold": None, "hold_code": None, "logical_key": None}
    rows = [report_row(each, each.report.identity, "c1") | missing for each in samples]
    with database.begin() as connection:
        connection.execute(sa.insert(reports), rows)


def urls(folder: str) -> Iterator[str]:
    yield f"sqlite:///{folder}/bench.db"
    if given := os.environ.get("ONCOFLAG_TEST_POSTGRES"):
        yield given
    else:
        print("PostgreSQL not measured: ONCOFLAG_TEST_POSTGRES names none")


def main() -> None:
    samples = [sample(number) for number in range(REPORTS)]
    few = samples[:60]
    with tempfile.TemporaryDirectory() as folder:
        for url in urls(folder):
            measure(url, samples, few)


def measure(url: str, samples: list[ReportResult], few: list[ReportResult]) -> None:
    with open_store(url) as store:
        store.upgrade()
        database = engine.connect(url)
        core = core_a_commit_a_report(database, samples)
        clear(database)
        ours = seconds(
            lambda: [store.save_report(each, case_id="c1", hold=None) for each in samples]
        )
        only_reports(database, few)
        orm = orm_a_commit_a_row(database, few) / len(few)
        only_reports(database, samples)
        upsert = core_upsert(database, samples) / len(samples)
        clear(database)
        database.dispose()
    name = sa.make_url(url).get_backend_name()
    print(f"{name}: {len(samples) / ours:.0f} reports/s, {FINDINGS} findings each")
    print(f"  save_report / Core with one commit a report: {ours / core:.2f} (goal: at most 3)")
    print(f"  ORM commit per row / Core upsert: {orm / upsert:.0f} (goal: at least 20)")


if __name__ == "__main__":
    main()
