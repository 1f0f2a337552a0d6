"""Files and tables in, what follows for each case out: the command `explain`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app import speak
from exchange.documents import case_document, withheld_document
from flows.explain import Explained, Withheld, explain
from flows.gather import Named
from flows.means import frame, readers
from flows.place import Choice
from flows.trip import Frame
from pipeline.errors import InputError
from pipeline.patient import Interpretation

_DONE, _HELD = 0, 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the options of `explain` and `ingest` ask for."""

    named: Named
    choice: Choice
    as_of: date | None
    jurisdiction: str | None


def asked(
    tables: tuple[Path | None, Path | None, Path | None],
    who: tuple[str | None, str | None],
    as_of: date | None,
    jurisdiction: str | None,
) -> Asked:
    """The options put together: *tables* are manifest, patients, findings; *who* case and MRN."""
    manifest, patients, findings = tables
    case, mrn = who
    return Asked(
        named=Named(manifest=manifest, patients=patients, findings=findings),
        choice=Choice(case=case, mrn=mrn),
        as_of=as_of,
        jurisdiction=jurisdiction,
    )


def explain_cases(files: Sequence[Path], wanted: Asked, *, as_json: bool) -> int:
    """Print what follows for each case, then the files from which nothing follows."""
    if not files and wanted.named == Named():
        raise InputError("nothing to explain: name a FILE, or --findings or --patients")
    within = frame(wanted.as_of, wanted.jurisdiction)
    with readers() as each_reader:
        told = explain(each_reader, within, files, wanted.named, wanted.choice)
    for said in told.cases:
        _tell_case(said, as_json=as_json)
    for held in told.withheld:
        _tell_held(held, within, as_json=as_json)
    return _exit_status(told)


def _exit_status(told: Explained) -> int:
    return _HELD if told.withheld else _DONE


def _tell_case(said: Interpretation, *, as_json: bool) -> None:
    if as_json:
        speak.document(case_document(said))
        return
    from app.case_tables import interpretation  # noqa: PLC0415 - rich is for people

    speak.table(interpretation(said))


def _tell_held(held: Withheld, within: Frame, *, as_json: bool) -> None:
    if as_json:
        as_of = within.as_of or within.today
        stamp = within.knowledge.stamp
        speak.document(withheld_document(held.result, held.reason, stamp, as_of))
        return
    from app.tables import withheld  # noqa: PLC0415 - rich is for people

    speak.table(withheld(held.result, held.reason))
