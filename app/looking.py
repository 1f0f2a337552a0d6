"""What stands in the database in, lists and documents of cases out."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import speak
from app.reviewed import Beside, name_of, reviewed
from exchange.documents import VERSION, Document, case_document
from flows import opening
from flows.means import shown
from pipeline.settings import load as settings
from store.listing import CaseRow, FlagRow, Page, SuggestionRow
from store.records import Store, open_store


def list_cases(*, flagged: bool, limit: int | None, after: str | None, as_json: bool) -> None:
    """Every case, or those with flags; or the part of the list that is asked for."""
    with opened() as store:
        rows = store.cases(flagged=flagged, page=Page(limit=limit, after=after))
    if as_json:
        listed = [_case_row(row) for row in rows]
        speak.document({"version": VERSION, "cases": listed})
    else:
        from app.case_tables import case_list  # noqa: PLC0415 - rich is for people

        speak.table(case_list(rows))


def show_case(case_id: str, *, as_json: bool) -> None:
    """The current interpretation of one case."""
    with opened() as store:
        said, before = store.case(case_id), store.past(case_id)
        given = store.given(case_id)
        people = {each.decision.reviewer for each in given}
        names = {each: name_of(store, each) for each in people}
    beside = Beside(given=given, called=lambda reviewer: names.get(reviewer, reviewer))
    if as_json:
        speak.document(case_document(said) | reviewed(before, beside))
    else:
        from app.case_tables import interpretation  # noqa: PLC0415 - rich is for people
        from app.review_tables import history  # noqa: PLC0415

        speak.table(interpretation(said))
        speak.table(history(before, beside))


def upgrade_database(*, as_json: bool) -> None:
    """The tables made, or brought forward."""
    chosen = settings()
    with opening.opened(chosen) as store:
        store.upgrade()
        revision = store.revision()
    place = shown(chosen)
    if as_json:
        speak.document({"version": VERSION, "database": place, "revision": revision})
    else:
        from rich.text import Text  # noqa: PLC0415 - rich is for people

        speak.table(Text(f"{place}: revision {revision}"))


@contextmanager
def opened() -> Iterator[Store]:
    """The database, to look at; `InputError` where there is none."""
    chosen = settings()
    opening.must_exist(chosen)
    with open_store(chosen.database) as store:
        yield store


def _case_row(row: CaseRow) -> Document:
    return {
        "case": row.id,
        "label": row.label,
        "mrn": row.mrn,
        "site": row.site,
        "tumour_type": row.tumour_type,
        "is_btc": row.tumour_is_btc,
        "reports": list(row.reports),
        "flags": [_flag(each) for each in row.flags],
        "suggestions": [_suggestion(each) for each in row.suggestions],
        "as_of": row.as_of and row.as_of.isoformat(),
        "release": row.release,
        "stale": row.stale,
        "review": row.review and row.review.value,
        "cause": row.cause and row.cause.value,
    }


def _flag(flag: FlagRow) -> Document:
    return {
        "marker": flag.marker.value,
        "therapy": flag.therapy,
        "kind": flag.kind.value,
        "line": flag.line,
        "status": flag.status,
        "jurisdiction": flag.jurisdiction.value,
        "because": list(flag.because),
    }


def _suggestion(suggestion: SuggestionRow) -> Document:
    return {
        "line": suggestion.line,
        "rank": suggestion.rank,
        "regimen": suggestion.regimen,
        "kind": suggestion.kind.value,
    }
