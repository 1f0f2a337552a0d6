"""Results, their manifest rows and the patients table in; cases and identity holds out.

Files of one person become one case (see `clusters`); whatever is not certain is held with a
sentence, and nothing is suggested from it. Sentences quote no identifier.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.clusters import Claim, Cluster, HeldClaim, StandingCase, clusters, listed
from pipeline.identifiers import Relation, conflicts, keys, label, merged, relation
from pipeline.model import FileKind, Identity, ReportResult
from pipeline.patient import Patient
from pipeline.sheets import ManifestRow

Placed = tuple[ReportResult, ManifestRow | None]


@dataclass(frozen=True, kw_only=True)
class CaseGroup:
    """The results of one person; *patient* is the row of the patients table, if one fits.

    Of a case that was stored before, only the results that are new to it.
    """

    id: str
    patient: Patient
    results: tuple[ReportResult, ...]


@dataclass(frozen=True, kw_only=True)
class IdentityHold:
    """A result that belongs to nobody for certain, and why."""

    result: ReportResult
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Every result once: in a case or held."""

    cases: tuple[CaseGroup, ...]
    holds: tuple[IdentityHold, ...]


def group(
    results: Sequence[Placed],
    patients: Sequence[Patient],
    standing: Sequence[StandingCase] = (),
) -> Grouping:
    """Who each result belongs to. Files that were not read are held with their own reason.

    *standing* are the cases that are stored: a result that fits one joins it.
    """
    claims, unread = _claims(results)
    people, held = clusters(claims, [each for each in standing if each.identities])
    holds = unread + [_hold(each) for each in held]
    table = _Table(patients)
    spoken = {claim.case for claim in claims if claim.case}
    spoken |= {each.case for each in patients if each.case}
    named = Counter(word for each in people for word in _words(each, spoken))
    cases = []
    for cluster in people:
        sentence = _wrong_case(_words(cluster, spoken), named)
        patient = table.row_of(cluster)
        if sentence is None and isinstance(patient, Patient):
            cases += _case(cluster, patient)
        else:
            told = sentence or str(patient)
            holds += [IdentityHold(result=each.result, sentence=told) for each in cluster.claims]
    return Grouping(cases=tuple(sorted(cases, key=lambda each: each.id)), holds=tuple(holds))


def disagreement(identities: Sequence[Identity]) -> str | None:
    """A sentence if two of them cannot be one person, for files that are said to be one case."""
    for number, one in enumerate(identities):
        for other in identities[number + 1 :]:
            against = conflicts(one, other)
            if against:
                return f"{listed(against)} differ: these files are not of one person"
    return None


def row_counts(result: ReportResult, row: ManifestRow) -> bool:
    """Whether a manifest row speaks of this file: a VCF must hold the sample that it names."""
    if result.report.kind is not FileKind.VCF:
        return True
    samples = {each.id for each in result.report.specimens if each.id}
    named = {row.tumour_sample, row.identity.accession, row.identity.specimen_id} - {None}
    return bool(samples & named)


class _Table:
    """The patients table, its rows found by case and by identifier."""

    def __init__(self, patients: Iterable[Patient]) -> None:
        self._rows = tuple(patients)
        self._by_case: defaultdict[str, list[int]] = defaultdict(list)
        self._by_key: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number, each in enumerate(self._rows):
            if each.case:
                self._by_case[each.case].append(number)
            for key in keys(each.identity):
                self._by_key[key].append(number)

    def row_of(self, cluster: Cluster) -> Patient | str:
        """The row of a person, an empty patient, or a sentence why neither is certain."""
        identity = cluster.identity
        own = cluster.cases | ({cluster.standing.id} if cluster.standing else set())
        joined = {number for case in own for number in self._by_case.get(case, ())}
        near = {number for key in keys(identity) for number in self._by_key.get(key, ())}
        alike = {
            number
            for number in near - joined
            if relation(identity, self._rows[number].identity) is Relation.SAME
        }
        rows = [self._rows[number] for number in sorted(joined | alike)]
        if len(rows) > 1:
            return "two rows of the patients table fit this person"
        if not rows:
            return Patient(identity=identity)
        against = cluster.against(rows[0].identity)
        if against:
            return f"{listed(against)} in the patients table and on the report differ"
        return replace(rows[0], identity=merged(rows[0].identity, identity))


def _claims(results: Iterable[Placed]) -> tuple[list[Claim], list[IdentityHold]]:
    claims, holds = [], []
    for result, row in results:
        claim = _claim(result, row)
        if isinstance(claim, Claim):
            claims.append(claim)
        else:
            holds.append(IdentityHold(result=result, sentence=claim))
    return claims, holds


def _claim(result: ReportResult, row: ManifestRow | None) -> Claim | str:
    """Whose the result says it is, or why that cannot be said."""
    report = result.report
    if not report.status.is_read:
        return report.reasons[0]
    if row is None:
        return Claim(result=result, identity=report.identity)
    if not row_counts(result, row):
        return "the manifest row names another sample than the file holds"
    against = conflicts(report.identity, row.identity)
    if against:
        return f"{listed(against)} on the report and in the manifest differ"
    return Claim(result=result, identity=merged(report.identity, row.identity), case=row.case)


def _hold(held: HeldClaim) -> IdentityHold:
    return IdentityHold(result=held.claim.result, sentence=held.sentence)


def _words(cluster: Cluster, spoken: set[str]) -> frozenset[str]:
    """The words with which the tables of today name a person."""
    own = {cluster.standing.id} & spoken if cluster.standing else set()
    return cluster.cases | own


def _wrong_case(words: frozenset[str], named: Mapping[str, int]) -> str | None:
    """A sentence if the tables join what the identifiers keep apart, or the other way round."""
    if len(words) > 1:
        return "the manifest gives two cases for one person"
    if any(named[word] > 1 for word in words):
        return "the manifest gives one case for what the identifiers say are two persons"
    return None


def _case(cluster: Cluster, patient: Patient) -> list[CaseGroup]:
    """The case of a person; none of one that is stored and of whom nobody speaks today."""
    if not cluster.claims and patient == Patient(identity=cluster.identity):
        return []
    own = cluster.standing.id if cluster.standing else next(iter(cluster.cases), patient.case)
    results = sorted((each.result for each in cluster.claims), key=lambda each: each.report.sha256)
    name = own or case_id(patient.identity)
    return [CaseGroup(id=name, patient=patient, results=tuple(results))]


def case_id(identity: Identity) -> str:
    """An opaque name for the case of a person, the same every night."""
    return f"case-{hashlib.sha256(label(identity).encode()).hexdigest()[:12]}"
