"""Files that were read in, whose they are out: cases, and what belongs to nobody for certain."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.outside import Outside
from flows.trip import Read
from pipeline.clusters import StandingCase
from pipeline.errors import InputError
from pipeline.identifiers import Relation, merged, present, relation
from pipeline.identity import (
    CaseGroup,
    Grouping,
    IdentityHold,
    case_id,
    disagreement,
    group,
)
from pipeline.model import Identity, Notice, ReportResult
from pipeline.patient import Patient
from pipeline.sheets import ManifestRow

_TWO_PERSONS = "the manifest says that these bytes, under two names, are of two persons"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which patient is meant on a command line: a case of the tables, or a record number."""

    case: str | None = None
    mrn: str | None = None

    def fits(self, case: str | None, identity: Identity) -> bool:
        """True if a row of a table is of the patient that is meant; no choice fits all."""
        if self.case is not None and case != self.case:
            return False
        return self.mrn is None or identity.mrn == self.mrn


def place(
    reads: Sequence[Read],
    known: Sequence[Outside],
    patients: Sequence[Patient],
    standing: Sequence[StandingCase] = (),
) -> Grouping:
    """Every result once: in a case by what is printed and what the manifest says, or held.

    *standing* are stored cases, which results may join.
    """
    doubtful = claimed_twice(reads)
    bytes_in_doubt = {each.result.report.sha256 for each in doubtful}
    holds = tuple(IdentityHold(result=each.result, sentence=_TWO_PERSONS) for each in doubtful)
    certain = [
        (each.result, each.row) for each in reads if each.result.report.sha256 not in bytes_in_doubt
    ]
    named = _named(known, reads, patients)
    joined = [
        (each.result, ManifestRow(case=each.case, identity=identity))
        for each in known
        if (identity := named[each.case]) is not None
    ]
    found = group([*certain, *joined], patients, standing)
    alone = tuple(_alone(each, patients) for each in known if named[each.case] is None)
    return Grouping(cases=(*found.cases, *alone), holds=(*found.holds, *holds))


def one_case(
    results: Sequence[ReportResult], patients: Sequence[Patient], choice: Choice
) -> CaseGroup:
    """All results as one case, on the word of whoever named the files together.

    `InputError` if their identities contradict each other or the patient that is meant.
    """
    identities = [each.report.identity for each in results]
    whole = Identity()
    for each in identities:
        whole = merged(whole, each)
    patient = _meant(whole, patients, choice)
    against = disagreement([*identities, *([patient.identity] if patient else [])])
    if against:
        raise InputError(f"{against}; a manifest says which file belongs to whom")
    whole = merged(whole, patient.identity) if patient else whole
    chosen = replace(patient, identity=whole) if patient else Patient(identity=whole)
    name = choice.case or chosen.case or _name(whole, results)
    return CaseGroup(id=name, patient=chosen, results=tuple(results))


def waiting_for(case: CaseGroup, reads: Iterable[Read]) -> tuple[ReportResult, ...]:
    """Files that are of this case by their manifest row, but from which nothing is concluded."""
    return tuple(
        each.result
        for each in reads
        if not each.result.report.status.is_read and each.row and _is_of(each.row, case)
    )


def without_context(patients: Sequence[Patient], case: CaseGroup) -> tuple[Notice, ...]:
    """A notice where a patients table was given and no row of it is of this patient."""
    if not patients or replace(case.patient, identity=Identity()) != Patient():
        return ()
    told = "no row of the patients table is of this patient: the clinical context is not stated"
    return (Notice(code="no_patient_row", message=told),)


def claimed_twice(reads: Sequence[Read]) -> list[Read]:
    """Files of equal bytes that the manifest gives to two persons."""
    by_bytes: defaultdict[str, list[Read]] = defaultdict(list)
    for each in reads:
        by_bytes[each.result.report.sha256].append(each)
    return [
        each for same in by_bytes.values() if len(same) > 1 and _two_persons(same) for each in same
    ]


def _two_persons(same: Iterable[Read]) -> bool:
    rows = [each.row for each in same if each.row]
    cases = {row.case for row in rows if row.case}
    return len(cases) > 1 or disagreement([row.identity for row in rows]) is not None


def _named(
    known: Iterable[Outside], reads: Iterable[Read], patients: Iterable[Patient]
) -> dict[str, Identity | None]:
    """Who a case of the tables is, as far as two identifiers say so; None if they do not."""
    whole = {each.case: Identity() for each in known}
    rows = [(each.row.case, each.row.identity) for each in reads if each.row]
    for case, identity in [*((each.case, each.identity) for each in patients), *rows]:
        if case in whole:
            whole[case] = merged(whole[case], identity)
    return {case: own if len(present(own)) >= 2 else None for case, own in whole.items()}


def _alone(known: Outside, patients: Iterable[Patient]) -> CaseGroup:
    own = next((each for each in patients if each.case == known.case), Patient(case=known.case))
    return CaseGroup(id=known.case, patient=own, results=(known.result,))


def _meant(whole: Identity, patients: Sequence[Patient], choice: Choice) -> Patient | None:
    if choice != Choice():
        fitting = [each for each in patients if choice.fits(each.case, each.identity)]
        if patients and not fitting:
            raise InputError("no row of the patients table is of this case or record number")
    else:
        fitting = [each for each in patients if relation(whole, each.identity) is Relation.SAME]
        # One row beside one case: whoever named both means that patient.
        fitting = fitting or (list(patients) if len(patients) == 1 else [])
    if len(fitting) > 1:
        raise InputError("several rows of the patients table fit; say which with --case")
    return fitting[0] if fitting else None


def _name(whole: Identity, results: Sequence[ReportResult]) -> str:
    if present(whole):
        return case_id(whole)
    hashes = sorted(each.report.sha256 for each in results)
    return case_id(Identity(accession="|".join(hashes)))


def _is_of(row: ManifestRow, case: CaseGroup) -> bool:
    if row.case is not None and row.case == case.id:
        return True
    return relation(row.identity, case.patient.identity) is Relation.SAME
