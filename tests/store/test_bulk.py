"""Many at once: the same rows as one by one, an answer for each, and a bad one stops none."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import FileKind, Identity, ReportStatus
from store import bulk, engine
from store.batches import PORTION, Refused, in_portions
from store.conclusions import Conclusion
from store.records import open_store
from store.reports import Fate, Incoming
from store.tables import metadata
from tests.store.samples import PATIENT, interpretation, result, sha


def incoming(content, case_id="c1", hold=None, **changes):
    said = result(content, **{"accession": f"A-{content}"} | changes)
    return Incoming(result=said, identity=said.report.identity, case_id=case_id, hold=hold)


def in_order(many):
    return sorted(many, key=lambda each: each.result.report.sha256)


def one_by_one(store, many, revise=False):
    return [
        store.save_report(
            each.result,
            case_id=each.case_id,
            hold=each.hold,
            identity=each.identity,
            revise=revise,
        )
        for each in many
    ]


@pytest.fixture
def twin(url, tmp_path):
    """Another empty store, to hold the same rows one by one."""
    other = f"sqlite:///{tmp_path / 'twin' / 'oncoflag.db'}"
    with open_store(other) as opened:
        opened.upgrade()
        yield opened, other


def told(dump):
    """Every row as both databases tell it; of the audit only what was done to what."""
    plain = {name: [_plain(row) for row in found] for name, found in dump.items()}
    plain["audit"] = [(row[0], row[3], row[4], row[5]) for row in plain["audit"]]
    # Since when a case waits is the time of its entry in the audit.
    plain["queue"] = [(*row[:3], *row[4:]) for row in plain["queue"]]
    return {name: sorted(found, key=repr) for name, found in plain.items()}


def _plain(row):
    return tuple(int(cell) if isinstance(cell, bool) else cell for cell in row)


UNREAD = {"status": ReportStatus.UNREADABLE, "reasons": ("cut off",), "code": "cut"}

SITUATIONS = {
    "nothing at all": [],
    "one": [incoming("a")],
    "several of one case": [incoming("a"), incoming("b"), incoming("c")],
    "several cases": [incoming("a"), incoming("b", "c2"), incoming("c", "c3"), incoming("d", "c2")],
    "the same file twice": [incoming("a"), incoming("a")],
    "the same file under another name": [incoming("a"), incoming("a", file="copy.pdf")],
    "the same file for two cases": [incoming("a", "c1"), incoming("a", "c2")],
    "two files of one accession": [
        incoming("a", accession="X"),
        incoming("b", "c2", accession="X"),
        incoming("c", accession="X"),
    ],
    "held, then settled": [incoming("a", None, hold="whose?"), incoming("a", "c1")],
    "held, settled, and its claim met by another": [
        incoming("a", None, hold="whose?", accession="X"),
        incoming("a", "c1", accession="X"),
        incoming("b", "c2", accession="X"),
    ],
    "unread, then read": [incoming("a", None, **UNREAD), incoming("b"), incoming("a", "c2")],
    "read, then unread": [incoming("a"), incoming("a", None, **UNREAD)],
    "another reading of the same bytes": [incoming("a"), incoming("a", vaf=0.5)],
    "a table of two cases": [
        incoming("t", "c1", kind=FileKind.TABLE, accession=None, identity=Identity()),
        incoming("t", "c2", kind=FileKind.TABLE, accession=None, identity=Identity()),
    ],
    "more than a portion": [incoming(f"r{at}", f"c{at % 7}") for at in range(PORTION + 5)],
}


@pytest.mark.parametrize("revise", [False, True])
@pytest.mark.parametrize("many", SITUATIONS.values(), ids=SITUATIONS)
def test_many_reports_give_the_rows_of_one_by_one(store, url, rows, twin, many, revise):  # noqa: PLR0917
    other, other_url = twin

    together = store.save_reports(many, revise=revise)

    assert list(together) == one_by_one(other, many, revise)
    assert told(rows(url)) == told(rows(other_url))


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_second_time_meets_what_the_first_stored(store, url, rows, first):
    many = [incoming("a"), incoming("b", None, hold="whose?"), incoming("c", "c2", accession=None)]
    one_by_one(store, many[:first])
    store.save_reports(many)
    before = rows(url)

    again = store.save_reports(many)

    assert [each.fate for each in again] == [Fate.KNOWN] * 3
    assert rows(url) == before


REFUSED = {
    "a hash that is none": ("short", "ck_reports_sha256"),
    "half a character in a name": ("surrogate", "not Unicode"),
    "a depth beyond any counting": ("depth", "refused"),
}


def faulty(kind):
    changed = {"short": {"sha256": "short"}, "surrogate": {"file": "\udce4.pdf"}}
    bad = incoming("bad", "c9", **changed.get(kind, {}))
    if kind != "depth":
        return bad
    first, *rest = bad.result.findings
    seen = replace(first.observations[0], depth=2**70)
    found = (replace(first, observations=(seen,)), *rest)
    return replace(bad, result=replace(bad.result, findings=found))


@pytest.mark.parametrize("place", [0, 40, 99])
@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_report_stops_none_of_its_neighbours(store, url, rows, fault, place):
    kind, told_of = REFUSED[fault]
    good = [incoming(f"r{at}") for at in range(99)]
    many = [*good[:place], faulty(kind), *good[place:]]

    answers = store.save_reports(many)

    assert isinstance(answers[place], Refused)
    assert told_of in answers[place].sentence
    assert "Synthia" not in answers[place].sentence
    assert [at for at, each in enumerate(answers) if isinstance(each, Refused)] == [place]
    found = rows(url)
    assert {row[0] for row in found["reports"]} == {sha(f"r{at}") for at in range(99)}
    assert [row[0] for row in found["cases"]] == ["c1"]
    assert [row[3] for row in found["audit"]].count("report.saved") == 99


ODD = {
    "tab": "a\tb",
    "newline": "a\nb\r\nc\n",
    "backslash": "a\\b\\n\\t\\",
    "end of a copy": "\\.",
    "null word": "\\N",
    "quotes": "\"'$$;--",
    "letters": "Müller-Ünal 膽管癌 \U0001f9ec",
    "empty": "",
}


@pytest.mark.parametrize("odd", ODD)
def test_a_text_comes_back_as_it_went_in(store, url, rows, odd):
    many = [incoming(f"r{at}", tumour_type=ODD[odd], vendor=ODD[odd]) for at in range(40)]

    store.save_reports(many)

    assert store.report_results("c1") == tuple(each.result for each in in_order(many))
    names = list(metadata.tables["reports"].c.keys())
    found = [dict(zip(names, row, strict=True)) for row in rows(url)["reports"]]
    assert {(row["vendor"], row["tumour_type"]) for row in found} == {(ODD[odd], ODD[odd])}


def test_a_printed_nul_is_stored(store, url, rows):
    many = [incoming(f"r{at}", vendor="north\x00lake") for at in range(40)]

    store.save_reports(many)

    assert store.report_results("c1") == tuple(each.result for each in in_order(many))
    names = list(metadata.tables["reports"].c.keys())
    assert {row[names.index("vendor")] for row in rows(url)["reports"]} == {"north�lake"}


@pytest.mark.parametrize("many", [1, 2 * bulk.COPY_ROWS])
def test_half_a_letter_is_refused_in_a_sentence(store, url, many):
    _refused_in_a_sentence(store, url, "half \udce4", many)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("many", [1, 2 * bulk.COPY_ROWS])
def test_a_nul_that_is_not_cleaned_is_refused_by_postgresql(store, url, many):
    _refused_in_a_sentence(store, url, "nul\x00", many)


def _refused_in_a_sentence(store, url, text, many):
    values = [{"id": f"{at}", "stale": True, "name": text} for at in range(many)]
    database = engine.connect(url)

    with pytest.raises(StoreError) as refused:
        engine.write(database, lambda each: bulk.insert(each, {"cases": values}))

    database.dispose()
    assert refused.value.code in {"not_unicode", "not_storable"}
    assert "nul" not in str(refused.value)
    assert store.cases() == ()


def test_more_rows_than_a_statement_takes_parameters(store, url):
    values = [{"id": f"{at:05}", "stale": at % 2 == 0, "name": None} for at in range(10_001)]
    database = engine.connect(url)

    engine.write(database, lambda each: bulk.insert(each, {"cases": values}))

    database.dispose()
    assert len(store.cases()) == 10_001
    assert len(store.stale_cases()) == 5_001


def test_a_copied_row_that_stands_already_is_refused_and_named_by_its_rule(store, url):
    values = [{"id": f"{at}", "stale": True} for at in range(bulk.COPY_ROWS)]
    database = engine.connect(url)
    engine.write(database, lambda each: bulk.insert(each, {"cases": values}))

    with pytest.raises(StoreError) as refused:
        engine.write(database, lambda each: bulk.insert(each, {"cases": values}))

    database.dispose()
    assert refused.value.code.startswith(("SQLITE_CONSTRAINT", "23505"))
    assert len(store.cases()) == bulk.COPY_ROWS


def test_a_full_disk_is_no_fault_of_one_of_them():
    asked = []

    def full(some):
        asked.append(len(some))
        raise StoreError("SQLITE_FULL", "the database refused: SQLITE_FULL (the disk is full)")

    with pytest.raises(StoreError, match="disk is full"):
        in_portions([incoming("a"), incoming("b")], full)
    assert asked == [2]


def cases_of(store, number, **changes):
    """That many cases of one report each, and what is concluded about them."""
    many = [incoming(f"r{at}", f"c{at}") for at in range(number)]
    store.save_reports(many)
    return [
        Conclusion(
            said=interpretation(
                each.result, case_id=each.case_id, patient=replace(PATIENT, case=each.case_id)
            )
        )
        for each in many
    ]


def again(conclusion, **changes):
    return Conclusion(said=replace(conclusion.said, **changes))


@pytest.mark.parametrize("number", [0, 1, 3, PORTION + 5])
def test_many_cases_give_the_rows_of_one_by_one(store, url, rows, twin, number):
    other, other_url = twin
    said = cases_of(store, number)
    cases_of(other, number)
    later = [again(each, code_version="0.2.0") for each in said[::2]]
    many = [*said, *later, *said[:2]]

    together = store.save_cases(many)

    assert list(together) == [other.save_case(each.said) for each in many]
    assert told(rows(url)) == told(rows(other_url))


def test_the_same_conclusions_again_change_no_row(store, url, rows):
    said = cases_of(store, 5)
    assert store.save_cases(said) == (True,) * 5
    before = rows(url)

    assert store.save_cases(said) == (False,) * 5
    assert rows(url) == before


def test_a_stale_case_of_which_nothing_new_is_said_is_settled(store):
    said = cases_of(store, 3)
    store.save_cases(said)
    store.save_reports([incoming("more", "c1")])
    assert store.stale_cases() == ("c1",)

    assert store.save_cases(said) == (False,) * 3
    assert store.stale_cases() == ()


@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_refused_case_stops_none_of_its_neighbours(store, place):
    said = cases_of(store, 5)
    elsewhere = Conclusion(said=interpretation(result("never stored"), case_id="c99"))
    many = [*said[:place], elsewhere, *said[place:]]

    answers = store.save_cases(many)

    assert answers[place] == Refused(
        code="identity",
        sentence="an interpretation rests on a report that is not stored in its case",
    )
    assert [each for each in answers if each is True] == [True] * 5
    assert [row.id for row in store.cases(flagged=True)] == ["c0", "c1", "c2", "c3", "c4"]


def test_both_texts_of_a_case_end_in_one_current_row(store, url):
    """The index that allows one current interpretation a case holds for many together too."""
    said = cases_of(store, 3)
    store.save_cases([*said, *(again(each, code_version="0.2.0") for each in said)])

    database = engine.connect(url)
    with engine.read(database) as connection:
        query = sa.select(metadata.tables["interpretations"].c["number", "state"])
        found = sorted(tuple(row) for row in connection.execute(query))
    database.dispose()
    assert found == [(1, "superseded")] * 3 + [(2, "current")] * 3
