"""The list of cases page by page: every case once, in order, and no more read than asked for."""

import pytest

from store.batches import PORTION
from store.conclusions import Conclusion
from store.listing import Page
from store.reports import Incoming
from tests.store.samples import interpretation, result

FLAGGED = {"c1", "c3", "c4"}


@pytest.fixture
def five(store):
    """Cases c1 to c5 of two reports each; c1, c3 and c4 are interpreted, with one flag."""
    said = {
        f"c{at}": [result(f"{at} {part}", accession=f"A-{at}-{part}") for part in "ab"]
        for at in range(1, 6)
    }
    store.save_reports(
        [
            Incoming(result=each, identity=each.report.identity, case_id=case, hold=None)
            for case, some in said.items()
            for each in some
        ]
    )
    store.save_cases(
        [
            Conclusion(said=interpretation(*some, case_id=case))
            for case, some in said.items()
            if case in FLAGGED
        ]
    )
    return store


@pytest.mark.parametrize(
    ("flagged", "limit", "after", "expected"),
    [
        (False, None, None, ["c1", "c2", "c3", "c4", "c5"]),
        (False, 2, None, ["c1", "c2"]),
        (False, 2, "c2", ["c3", "c4"]),
        (False, 2, "c4", ["c5"]),
        (False, 2, "c5", []),
        (False, 9, None, ["c1", "c2", "c3", "c4", "c5"]),
        (False, 1, "c11", ["c2"]),
        (True, None, None, ["c1", "c3", "c4"]),
        (True, 2, None, ["c1", "c3"]),
        (True, 2, "c1", ["c3", "c4"]),
        (True, 1, "c2", ["c3"]),
    ],
)
def test_a_page_of_the_list(five, flagged, limit, after, expected):
    page = five.cases(flagged=flagged, page=Page(limit=limit, after=after))

    assert [row.id for row in page] == expected
    assert all(len(row.reports) == 2 for row in page)
    assert all(len(row.flags) == (1 if row.id in FLAGGED else 0) for row in page)


def test_the_pages_together_are_the_list(five):
    whole, pages, after = five.cases(), [], None
    while page := five.cases(page=Page(limit=2, after=after)):
        pages += page
        after = page[-1].id

    assert tuple(pages) == whole


def test_more_cases_than_one_question_takes(store):
    many = [
        Incoming(
            result=(said := result(f"r{at}", accession=f"A-{at}")),
            identity=said.report.identity,
            case_id=f"c{at:04}",
            hold=None,
        )
        for at in range(5 * PORTION + 3)
    ]
    store.save_reports(many)

    listed = store.cases()
    assert [row.id for row in listed] == [each.case_id for each in many]
    assert all(len(row.reports) == 1 for row in listed)
