"""A batch of cases: one that cannot be concluded is told, stays stale, and stops no other."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.outcome import NOT_CONCLUDED, case_token
from flows.run import Work, plain
from store.records import Store
from store.tables import cases, reports
from tests.flows.conftest import SAMPLES

FUSION = "01_a_fgfr2_fusion_twocolumn.pdf"
TRAP = "11_a_appendix_trap.pdf"

Make = Callable[..., Work]
Inbox = Callable[..., Path]


def spoil(folder: Path, case_files: str) -> None:
    """What a damaged disk or a careless hand leaves: a report that nobody can read any more."""
    database = sa.create_engine(f"sqlite:///{folder}/store/oncoflag.db")
    with database.begin() as connection:
        connection.execute(
            sa.update(reports)
            .where(reports.c.file.endswith(case_files))
            .values(canonical='{"report": "Specimen, Synthia"}')
        )
        connection.execute(sa.text("UPDATE cases SET stale = 1"))
    database.dispose()


def spoil_context(folder: Path, case_id: str) -> None:
    database = sa.create_engine(f"sqlite:///{folder}/store/oncoflag.db")
    with database.begin() as connection:
        connection.execute(
            sa.update(cases).where(cases.c.id == case_id).values(patient='{"ecog": "Specimen"}')
        )
        connection.execute(sa.text("UPDATE cases SET stale = 1"))
    database.dispose()


@pytest.mark.parametrize(("spoilt", "whole"), [(FUSION, TRAP), (TRAP, FUSION)])
def test_a_case_that_cannot_be_read_stops_no_other(  # noqa: PLR0917 - fixtures
    work: Make, inbox: Inbox, store: Store, tmp_path: Path, spoilt: str, whole: str
) -> None:
    plain(work(inbox(FUSION, TRAP)))
    of_file = {row.reports[0]: row.id for row in store.cases()}
    spoil(tmp_path, spoilt)

    done = plain(work(inbox()))

    assert store.stale_cases() == (of_file[spoilt],), "the next run tries again"
    assert of_file[whole] in done.cases
    (alarm,) = [each for each in done.alarms if each.code == NOT_CONCLUDED]
    assert case_token(of_file[spoilt]) in alarm.sentence
    assert "unreadable_row" in alarm.sentence
    assert "Specimen" not in alarm.sentence, "nobody's name in an alarm"


TABLE = (SAMPLES / "patients.csv").read_text().splitlines()[:2]
"""The patient of the fusion, ECOG 1."""


def test_a_context_that_cannot_be_read_stops_no_other(
    work: Make, inbox: Inbox, store: Store, tmp_path: Path
) -> None:
    plain(work(inbox(FUSION, TRAP)))
    of_file = {row.reports[0]: row.id for row in store.cases()}
    spoil_context(tmp_path, of_file[FUSION])
    before = store.case(of_file[FUSION])

    done = plain(work(inbox(FUSION, TRAP)))

    assert of_file[TRAP] in done.cases
    assert store.case(of_file[FUSION]) == before, "nothing is concluded from half a context"
    assert store.stale_cases() == (of_file[FUSION],), "the next run tries again"
    (alarm,) = [each for each in done.alarms if each.code == NOT_CONCLUDED]
    assert case_token(of_file[FUSION]) in alarm.sentence
    assert "unreadable_row" in alarm.sentence


def test_a_table_that_states_the_context_again_is_enough(
    work: Make, inbox: Inbox, store: Store, tmp_path: Path
) -> None:
    table = "\n".join(TABLE)
    plain(work(inbox(FUSION, patients=table)))
    (case,) = [row.id for row in store.cases()]
    spoil_context(tmp_path, case)

    done = plain(work(inbox(FUSION, patients=table)))

    assert store.stale_cases() == ()
    assert NOT_CONCLUDED not in [each.code for each in done.alarms]
    assert store.case(case).case.patient.ecog == 1
