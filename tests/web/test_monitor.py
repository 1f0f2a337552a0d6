"""The monitor: last night, what is stuck, readers that drift, the cohort, the accuracy card."""

import csv
import html
import io
import re

import pytest
import sqlalchemy as sa

from app.web.address import case_path
from pipeline.model import Marker
from store.corrections import Correction
from store.engine import connect
from store.tables import reports

FUSION = "SYN-000001"


def text_of(answer):
    """The page as a person reads it."""
    bare = re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2])
    return " ".join(html.unescape(bare).split())


def test_last_night_is_told_with_its_account_and_what_is_stuck(client):
    answer = client("auditor").get("/monitor")
    assert answer.status_code == 200
    said = text_of(answer)
    assert "balances" in said
    assert re.search(r"\d+ found = \d+ read \+ \d+ held \+ \d+ quarantined", said)
    assert "What is stuck" in said
    assert "No alarm about a reader stands." in said
    assert "x_unknown_layout" not in answer.text, "names of files stand on the page of holds"


@pytest.mark.only("sqlite")
def test_no_complete_night_for_26_hours_is_said_in_words(client, desk, clock):
    ended = desk.store.last_run(complete=True).ended
    for hours, words in ((25.9, "within 26 hours"), (26.1, "longer ago than 26 hours")):
        clock.at = ended
        clock.pass_by(hours=hours)
        assert words in text_of(client("viewer").get("/monitor"))


def test_the_cohort_shows_every_marker_of_every_case_and_counts_them(client, case_of):
    answer = client("viewer").get("/monitor/cohort")
    assert answer.status_code == 200
    _, _, row = answer.text.partition(f'{case_path(case_of(FUSION))}"')
    cells = re.findall(r'<td class="cell-(\w+)"', row.partition("</tr>")[0])
    assert len(cells) == len(Marker)
    assert cells[list(Marker).index(Marker.FGFR2_FUSION)] == "detected"
    assert "not looked at" in text_of(answer)


@pytest.mark.only("sqlite")
def test_the_cohort_of_another_site_is_empty(client, case_of):
    answer = client("viewer", scope={"ELSEWHERE"}).get("/monitor/cohort")
    assert case_of(FUSION) not in answer.text
    assert "0 cases" in text_of(answer)


def judge(desk, case_id, **changes):
    """A reviewer says that one status of the case's first report was read rightly, or not."""
    report = desk.store.case_reports(case_id)[0]
    words = {
        "report_id": report.report_id,
        "revision": report.revision,
        "case_id": case_id,
        "reader": "=northlake 1",
        "assay": None,
        "layout": None,
        "marker": Marker.FGFR2_FUSION,
        "field": "status",
        "printed": "FGFR2-BICC1",
        "read": "detected",
        "expected": "detected",
        "is_right": True,
        "judged_by": "u",
        "judged_at": desk.now(),
    }
    desk.store.correct([Correction(**words | changes)])


def test_the_accuracy_card_counts_judgements_and_leaves_as_a_table(client, desk, case_of):
    browser = client("viewer")
    assert "Nobody has judged" in text_of(browser.get("/monitor/accuracy"))
    judge(desk, case_of(FUSION))
    judge(
        desk,
        case_of(FUSION),
        marker=Marker.IDH1_MUTATION,
        expected="not_detected",
        is_right=False,
        reason="it is a negative",
    )
    said = text_of(browser.get("/monitor/accuracy"))
    assert "50.0 % (1.3–98.7 %; 1 of 2)" in said, "precision: one of two that were read"
    assert "100.0 % (2.5–100.0 %; 1 of 1)" in said, "recall: the one that is there was read"

    answer = browser.get("/monitor/accuracy.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["reader"] == "'=northlake 1", "no spreadsheet computes it"
    assert (row["precision_right"], row["precision_of"]) == ("1", "2")


def test_a_misread_case_stands_high_in_the_queue_even_if_it_was_signed(client, desk, case_of):
    judge(desk, case_of(FUSION), expected="not_detected", is_right=False, reason="misread")
    said = text_of(client("reviewer").get("/"))
    assert "a reviewer says that 1 of the readings are wrong" in said


@pytest.mark.only("sqlite")
def test_an_unknown_alarm_is_a_sentence_and_a_missing_reason_too(client):
    browser = client("signer")
    answer = browser.post("/drift/nothing", {"reason": "as usual", "confirmed": "no"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.only("sqlite")
def test_names_with_markup_stay_text_in_the_queue(client, desk):
    database = connect(desk.settings.database)
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE queue SET label = '<script>alert(1)</script>\u202e'"))
        assert connection.execute(sa.select(sa.func.count()).select_from(reports)).scalar_one()
    database.dispose()
    for address in ("/?review=all", "/monitor/cohort"):
        shown = client("viewer").get(address).text
        assert "<script>alert" not in shown
        assert "\u202e" not in shown
