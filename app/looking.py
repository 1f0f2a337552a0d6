"""What stands in the database and in the knowledge tables in, lists and documents out."""

from collections.abc import Iterator
from contextlib import contextmanager

from actionability.knowledge import Knowledge, load
from actionability.rows import Indication
from app import speak
from app.means import shown
from exchange.documents import VERSION, Document, case_document
from pipeline.errors import InputError
from pipeline.settings import load as settings
from store.listing import CaseRow, FlagRow, SuggestionRow
from store.records import Store, open_store


def list_cases(*, flagged: bool, as_json: bool) -> None:
    """Every case, or those with flags."""
    with _opened() as store:
        rows = store.cases(flagged=flagged)
    if as_json:
        listed = [_case_row(row) for row in rows]
        speak.document({"version": VERSION, "cases": listed})
    else:
        from app.case_tables import case_list  # noqa: PLC0415 - rich is for people

        speak.table(case_list(rows))


def show_case(case_id: str, *, as_json: bool) -> None:
    """The current interpretation of one case."""
    with _opened() as store:
        said = store.case(case_id)
    if as_json:
        speak.document(case_document(said))
    else:
        from app.case_tables import interpretation  # noqa: PLC0415 - rich is for people

        speak.table(interpretation(said))


def lint_knowledge(*, as_json: bool) -> None:
    """Whether the shipped tables hold; `KnowledgeError` says where they do not."""
    known = load()
    rows = len(known.indications) + len(known.regimens)
    rules = len({statement.rule for statement in known.statements})
    if as_json:
        speak.document(_stamp(known) | {"rows": rows, "rules": rules})
    else:
        from rich.text import Text  # noqa: PLC0415 - rich is for people

        said = f"release {known.stamp.release}: {rows} rows, {rules} rules in place, no fault"
        speak.table(Text(said))


def show_knowledge(*, as_json: bool) -> None:
    """Which release is active, and its indications."""
    known = load()
    if as_json:
        rows = [_indication(each) for each in known.indications]
        speak.document(_stamp(known) | {"indications": rows, "regimens": len(known.regimens)})
    else:
        from app.tables import knowledge  # noqa: PLC0415 - rich is for people

        speak.table(knowledge(known))


def upgrade_database(*, as_json: bool) -> None:
    """The tables made, or brought forward."""
    chosen = settings()
    with open_store(chosen.database) as store:
        store.upgrade()
        revision = store.revision()
    place = shown(chosen)
    if as_json:
        speak.document({"version": VERSION, "database": place, "revision": revision})
    else:
        from rich.text import Text  # noqa: PLC0415 - rich is for people

        speak.table(Text(f"{place}: revision {revision}"))


@contextmanager
def _opened() -> Iterator[Store]:
    # Looking makes no database: an empty one would hide a wrong setting.
    chosen = settings()
    if chosen.database_url is None and not (chosen.data_dir / "oncoflag.db").exists():
        raise InputError(f"there is no database at {shown(chosen)}: ingest something first")
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


def _stamp(known: Knowledge) -> Document:
    return {
        "version": VERSION,
        "release": known.stamp.release,
        "sha256": known.stamp.sha256,
    }


def _indication(row: Indication) -> Document:
    return {
        "id": row.id,
        "markers": [marker.value for marker in row.markers],
        "therapy": row.therapy,
        "line": row.line,
        "jurisdiction": row.jurisdiction.value,
        "status": row.status.value,
    }
