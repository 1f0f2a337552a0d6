"""What a later interpretation says otherwise, report by report, as a reviewer reads it."""

from dataclasses import replace

import pytest

from pipeline.changes import changes
from tests.store.samples import interpretation, result

ONE = result("one", file="monday/report.pdf")
SAME_NAME = result("two", file="monday/report.pdf")
RENAMED = result("one", file="archive/report.pdf")


def of(*reports):
    said = interpretation()
    return replace(said, case=replace(said.case, reports=reports))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((ONE,), (ONE,), []),
        ((ONE,), (ONE, SAME_NAME), [("gained", "monday/report.pdf", None, "final")]),
        ((ONE, SAME_NAME), (SAME_NAME,), [("lost", "monday/report.pdf", "final", None)]),
        ((ONE,), (RENAMED,), []),
    ],
    ids=["the same", "another of the same name", "one of two of a name", "the same bytes moved"],
)
def test_reports_are_told_apart_by_their_bytes(before, now, told):
    found = [each for each in changes(of(*before), of(*now)) if each.part == "report"]
    assert [(each.turn.value, each.name, each.before, each.now) for each in found] == told
