"""What `drift …` and `status` say of readers: alarms in words, and a person's word on one."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.drift_tables import drift_list, one_drift
from app.drifting import document
from pipeline.chances import Counts
from pipeline.drift import Code, Figures, Key, Limits
from pipeline.drift_words import what
from pipeline.model import Marker
from store.drifts import DriftRow
from store.watch import Stratum
from store.watch_books import DriftState

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "sample_reports" / "20_idh1_r132c.vcf"


def key(code: Code, marker: Marker | None = None, told: str | None = None) -> Key:
    return Key(reader="two_column", assay="Northlake Solid", code=code, marker=marker, what=told)


WORDS = [
    (key(Code.LAYOUT, told="0badcafe"), "a layout never seen before (0badcafe)"),
    (key(Code.SECTION, told="RESULT:findings"), "the section RESULT:findings is missing"),
    (key(Code.NO_FINDINGS), "more reports without any alteration"),
    (key(Code.UNKNOWN, Marker.MSI), "MSI is left open more often"),
    (key(Code.POSITIVES, Marker.TMB, "fall"), "fewer reports with TMB detected"),
    (key(Code.POSITIVES, Marker.TMB, "rise"), "more reports with TMB detected"),
    (key(Code.VAF_SCALE, told="fall"), "allele fractions are many times smaller"),
    (key(Code.VAF_SCALE, told="rise"), "allele fractions are many times larger"),
]


@pytest.mark.parametrize(("about", "words"), WORDS, ids=[each[1] for each in WORDS])
def test_what_drifts_is_said_in_words(about: Key, words: str) -> None:
    assert what(about) == words


def row(state: DriftState) -> DriftRow:
    settled = state is not DriftState.OPEN
    return DriftRow(
        id="ab" * 32,
        run_id="cd" * 16,
        found=NOW,
        key=key(Code.UNKNOWN, Marker.MSI),
        sentence="reader two_column: MSI is left open more often: 5 of 6 reports, 0 of 60 before",
        figures=Figures(counts=Counts(seen=5, of=6, seen_before=0, of_before=60), chance=6.7e-7),
        state=state,
        reports=("ef" * 32,),
        versions=frozenset({"1"}),
        settled_by="Dr. Ida" if settled else None,
        settled_at=NOW if settled else None,
        reason="looked [at] it" if settled else None,
    )


def printed(content: Any) -> str:
    page = io.StringIO()
    Console(width=100, file=page, markup=False).print(content)
    return page.getvalue()


@pytest.mark.parametrize(
    ("state", "told", "holds"),
    [
        (DriftState.OPEN, "open: its negatives are held", True),
        (DriftState.CONFIRMED, "held until the reports are read anew", True),
        (DriftState.ACKNOWLEDGED, "the new normal, its negatives count", False),
    ],
)
def test_an_alarm_says_whether_it_holds(state: DriftState, told: str, *, holds: bool) -> None:
    page = printed(one_drift(row(state)))
    assert told in page
    assert "efefefefefef" in page
    assert ("by Dr. Ida: looked [at] it" in page) is (state is not DriftState.OPEN)
    assert document(row(state))["holds_negatives"] is holds


def test_the_list_says_what_is_still_learnt() -> None:
    strata = [
        Stratum(reader="two_column", assay="Northlake Solid", reports=50, nights=5),
        Stratum(reader="vcf", assay=None, reports=900, nights=4),
    ]
    page = printed(drift_list([], strata, Limits()))
    assert "no reader drifts" in page
    lines = [line for line in page.splitlines() if line.strip().startswith(("two_", "vcf"))]
    assert [line.split()[-1] for line in lines] == ["yes", "on"], "known, and learning from 50 on"
    assert "switched off" in printed(drift_list([], strata, Limits(alpha=0)))


def test_the_first_night_is_learning_and_alarms_nothing(oncoflag: Any) -> None:
    assert oncoflag("ingest", SAMPLE, "--no-orchestrator").returncode in {0, 3}
    listed = json.loads(oncoflag("drift", "list", "--json").stdout)
    assert listed["drifts"] == []
    (reader,) = listed["readers"]
    assert (reader["reader"], reader["reports"], reader["learning"]) == ("vcf", 1, True)
    assert "learning" in oncoflag("status").stdout
    gone = oncoflag("drift", "settle", "abcd", "--by", "Dr. Ida", "--reason", "none")
    assert (gone.returncode, "no alarm has such an id" in gone.stderr) == (2, True)
