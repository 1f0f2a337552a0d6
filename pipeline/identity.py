"""Results, their manifest rows and the patients table in; cases and identity holds out.

Files of one person become one case; whatever is not certain is held with a sentence, and nothing
is suggested from it. The order in which files arrive does not matter. Sentences quote no
identifier.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.identifiers import (
    Relation,
    agreements,
    conflicts,
    label,
    merged,
    present,
    relation,
)
from pipeline.model import FileKind, Identity, ReportResult
from pipeline.patient import Patient
from pipeline.sheets import ManifestRow

_WORDS = {
    "mrn": "the medical record number",
    "name": "the name",
    "dob": "the date of birth",
    "accession": "the accession or specimen",
}


@dataclass(frozen=True, kw_only=True)
class CaseGroup:
    """The results of one person; *patient* is the row of the patients table, if one fits."""

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


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A result and whose it says it is; *case* is the word that joins the tables."""

    result: ReportResult
    identity: Identity
    case: str | None


@dataclass(frozen=True, kw_only=True)
class _Cluster:
    """Claims of one person."""

    claims: tuple[_Claim, ...]

    @property
    def identity(self) -> Identity:
        whole = self.claims[0].identity
        for claim in self.claims[1:]:
            whole = merged(whole, claim.identity)
        return whole

    @property
    def cases(self) -> frozenset[str]:
        return frozenset(claim.case for claim in self.claims if claim.case)


def group(
    results: Sequence[tuple[ReportResult, ManifestRow | None]], patients: Sequence[Patient]
) -> Grouping:
    """Who each result belongs to. Files that were not read are held with their own reason."""
    claims, holds = _claims(results)
    clusters, doubtful = _clusters(claims)
    holds += doubtful
    cases = []
    for cluster in clusters:
        sentence = _wrong_case(cluster, clusters)
        patient = _patient(cluster, patients)
        if sentence is None and isinstance(patient, Patient):
            cases.append(_case(cluster, patient))
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
                return f"{_listed(against)} differ: these files are not of one person"
    return None


def row_counts(result: ReportResult, row: ManifestRow) -> bool:
    """Whether a manifest row speaks of this file: a VCF must hold the sample that it names."""
    if result.report.kind is not FileKind.VCF:
        return True
    samples = {each.id for each in result.report.specimens if each.id}
    named = {row.tumour_sample, row.identity.accession, row.identity.specimen_id} - {None}
    return bool(samples & named)


def _claims(
    results: Sequence[tuple[ReportResult, ManifestRow | None]],
) -> tuple[list[_Claim], list[IdentityHold]]:
    claims, holds = [], []
    for result, row in results:
        claim = _claim(result, row)
        if isinstance(claim, _Claim):
            claims.append(claim)
        else:
            holds.append(IdentityHold(result=result, sentence=claim))
    return claims, holds


def _claim(result: ReportResult, row: ManifestRow | None) -> _Claim | str:
    """Whose the result says it is, or why that cannot be said."""
    report = result.report
    if not report.status.is_read:
        return report.reasons[0]
    if row is None:
        return _Claim(result=result, identity=report.identity, case=None)
    if not row_counts(result, row):
        return "the manifest row names another sample than the file holds"
    against = conflicts(report.identity, row.identity)
    if against:
        return f"{_listed(against)} on the report and in the manifest differ"
    identity = merged(report.identity, row.identity)
    return _Claim(result=result, identity=identity, case=row.case)


def _clusters(claims: Sequence[_Claim]) -> tuple[list[_Cluster], list[IdentityHold]]:
    """The claims by person. The best identified go first, whatever the order of arrival."""
    clusters: list[_Cluster] = []
    holds = []
    for claim in sorted(claims, key=_rank):
        found = _home(claim, clusters)
        if isinstance(found, str):
            holds.append(IdentityHold(result=claim.result, sentence=found))
        elif found is None:
            clusters.append(_Cluster(claims=(claim,)))
        else:
            clusters[found] = _Cluster(claims=(*clusters[found].claims, claim))
    return clusters, holds


def _rank(claim: _Claim) -> tuple[int, str, str]:
    return -len(present(claim.identity)), label(claim.identity), claim.result.report.sha256


def _home(claim: _Claim, clusters: Sequence[_Cluster]) -> int | str | None:
    """The cluster that a claim joins, None for a new person, or a sentence why it is held."""
    relations = [_relation(claim, cluster) for cluster in clusters]
    if Relation.DOUBT in relations:
        return _doubt(claim, clusters[relations.index(Relation.DOUBT)])
    same = [number for number, each in enumerate(relations) if each is Relation.SAME]
    if len(same) > 1:
        return "the identifiers fit two different persons"
    if same:
        return same[0]
    stated = present(claim.identity)
    if len(stated) < 2:
        told = _listed(stated) if stated else "no identifier"
        return f"two identifiers are needed; stated is {told} alone"
    return None


def _relation(claim: _Claim, cluster: _Cluster) -> Relation:
    """To the whole person: one file that agrees is enough, one that contradicts is a doubt."""
    each = {relation(claim.identity, other.identity) for other in cluster.claims}
    against = any(conflicts(claim.identity, other.identity) for other in cluster.claims)
    if Relation.SAME in each:
        return Relation.DOUBT if against else Relation.SAME
    return Relation.DOUBT if Relation.DOUBT in each else Relation.OTHER


def _doubt(claim: _Claim, cluster: _Cluster) -> str:
    shared = agreements(claim.identity, cluster.identity)
    against = frozenset().union(
        *(conflicts(claim.identity, each.identity) for each in cluster.claims)
    )
    one = len(shared) == 1
    agree = f"{_listed(shared)} {'agrees with that' if one else 'agree with those'} of another file"
    if against:
        return f"{agree}, but {_listed(against)} {'differs' if len(against) == 1 else 'differ'}"
    return f"{agree}; that is not enough to say whether it is the same person"


def _wrong_case(cluster: _Cluster, clusters: Sequence[_Cluster]) -> str | None:
    """A sentence if the tables join what the identifiers keep apart, or the other way round."""
    if len(cluster.cases) > 1:
        return "the manifest gives two cases for one person"
    others = [each for each in clusters if each is not cluster]
    if any(cluster.cases & each.cases for each in others):
        return "the manifest gives one case for what the identifiers say are two persons"
    return None


def _patient(cluster: _Cluster, patients: Sequence[Patient]) -> Patient | str:
    """The row of the patients table, an empty patient, or a sentence why neither is certain."""
    identity = cluster.identity
    joined = [each for each in patients if each.case and each.case in cluster.cases]
    alike = [each for each in patients if relation(identity, each.identity) is Relation.SAME]
    rows = list({id(each): each for each in (*joined, *alike)}.values())
    if len(rows) > 1:
        return "two rows of the patients table fit this person"
    if not rows:
        return Patient(identity=identity)
    against = conflicts(identity, rows[0].identity)
    if against:
        return f"{_listed(against)} in the patients table and on the report differ"
    return replace(rows[0], identity=merged(rows[0].identity, identity))


def _case(cluster: _Cluster, patient: Patient) -> CaseGroup:
    stated = next(iter(cluster.cases), None) or patient.case
    results = sorted((each.result for each in cluster.claims), key=lambda each: each.report.sha256)
    return CaseGroup(
        id=stated or case_id(patient.identity), patient=patient, results=tuple(results)
    )


def case_id(identity: Identity) -> str:
    """An opaque name for the case of a person, the same every night."""
    return f"case-{hashlib.sha256(label(identity).encode()).hexdigest()[:12]}"


def _listed(names: frozenset[str]) -> str:
    words = [word for name, word in _WORDS.items() if name in names]
    return " and ".join(words)
