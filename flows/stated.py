"""What people stated of patients and judged misread in, contexts and notices of cases out.

What a person stated on a page holds over every table until a person states it again; a table
that says otherwise later, and a result that a person says was misread, are told with the case.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.context import ContextChange, Origin, applied, disputed, held, news, words
from pipeline.model import Notice, ReportResult
from pipeline.patient import Patient
from store.contexts import Statement
from store.corrections import Correction
from store.records import Store
from store.signing import MISREAD

_TABLE = "patients.csv"


@dataclass(frozen=True, kw_only=True)
class Stated:
    """By case: the statements about its patient, and what was judged misread in its reports."""

    changes: Mapping[str, tuple[ContextChange, ...]]
    wrong: Mapping[str, tuple[Correction, ...]]

    def patient(self, case_id: str, patient: Patient) -> Patient:
        """The patient with every field as a person stated it last."""
        return applied(patient, held(self.changes.get(case_id, ())))

    def notices(self, case_id: str) -> tuple[Notice, ...]:
        """What a reader of the case must know of it: tables that differ, and what was misread."""
        differ = disputed(self.changes.get(case_id, ()))
        return (
            *(_misread(each) for each in self.wrong.get(case_id, ())),
            *(
                Notice(
                    code="context_differs",
                    message=(
                        f"{each.name.replace('_', ' ')}: {_TABLE} states {words(each.now)}, a "
                        f"person stated {words(each.was)}, which holds until it is stated again"
                    ),
                )
                for each in differ
            ),
        )


def stated(store: Store, case_ids: Iterable[str]) -> Stated:
    """What people said of these cases."""
    wanted = tuple(case_ids)
    changes: defaultdict[str, list[ContextChange]] = defaultdict(list)
    for each in store.context_changes(wanted):
        changes[each.case_id].append(each)
    wrong: defaultdict[str, list[Correction]] = defaultdict(list)
    for one in _still_said(store, store.misread(wanted)):
        wrong[one.case_id].append(one)
    return Stated(
        changes={case_id: tuple(some) for case_id, some in changes.items()},
        wrong={case_id: tuple(some) for case_id, some in wrong.items()},
    )


def heed(store: Store, today: Mapping[str, Patient]) -> None:
    """Write down what the tables of today state otherwise than a person did."""
    for case_id, changes in stated(store, today).changes.items():
        fields = news(changes, today[case_id])
        if fields:
            store.state(
                Statement(
                    case_id=case_id,
                    origin=Origin.TABLE,
                    fields=fields,
                    changed_by=_TABLE,
                    changed_at=datetime.now(UTC),
                    reason="stated by a table after a person had stated it",
                )
            )


def _still_said(store: Store, wrong: Iterable[Correction]) -> list[Correction]:
    """Those whose report is not read as it should be by now; what is unsure stays."""
    found = tuple(wrong)
    results = {
        each.report_id: each.result
        for each in store.stored_reports({one.report_id for one in found})
    }
    return [each for each in found if not _is_mended(each, results.get(each.report_id))]


def _is_mended(judged: Correction, result: ReportResult | None) -> bool:
    if result is None or judged.field != "status":
        return False
    return result.markers[judged.marker].status.value == judged.expected


def _misread(judged: Correction) -> Notice:
    said, right = (word or "nothing" for word in (judged.read, judged.expected))
    name = judged.marker.label
    told = (
        f"{name}: a reviewer says that the {judged.field} was misread: it was read as "
        f"{said.replace('_', ' ')} and should be {right.replace('_', ' ')}; nothing is suggested "
        "from it until this is settled"
    )
    return Notice(code=f"{MISREAD}{judged.marker.value}", message=told)
