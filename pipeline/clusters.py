"""Claims of files in, persons out: which claims are of one person, and which are held, and why.

A stored case stands as it is: claims are weighed against it, never the other way round. The best
identified claims go first, so that their order does not matter. Sentences quote no identifier.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from pipeline.identifiers import (
    Relation,
    agreements,
    casts_doubt,
    conflicts,
    keys,
    label,
    merged,
    present,
    relation,
    share_much,
)
from pipeline.model import Identity, ReportResult

_WORDS = {
    "mrn": "the medical record number",
    "name": "the name",
    "dob": "the date of birth",
    "accession": "the accession or specimen",
}
_BETWEEN = "the identifiers fit this person and another file that contradicts it"
_TWO = "the identifiers fit two different persons"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A result and whose it says it is; *case* is the word that joins the tables."""

    result: ReportResult
    identity: Identity
    case: str | None = None


@dataclass(frozen=True, kw_only=True)
class StandingCase:
    """A case that is stored: the identities of its reports.

    *confirmed* says that a person placed one of them: where it differs, it is another person's.
    """

    id: str
    identities: tuple[Identity, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class HeldClaim:
    """A claim that belongs to nobody for certain, and why."""

    claim: Claim
    sentence: str


@dataclass(kw_only=True)
class Cluster:
    """Claims of one person. Grows while claims are weighed, and is not changed after that."""

    standing: StandingCase | None = None
    claims: list[Claim] = field(default_factory=list)
    identities: dict[Identity, None] = field(default_factory=dict)

    @classmethod
    def of(cls, case: StandingCase) -> Self:
        """The person of a stored case."""
        return cls(standing=case, identities=dict.fromkeys(case.identities))

    @property
    def identity(self) -> Identity:
        """What any of them states; the fullest goes first, in whatever order they came."""
        whole = Identity()
        for each in sorted(self.identities, key=_fullest):
            whole = merged(whole, each)
        return whole

    @property
    def cases(self) -> frozenset[str]:
        """The words with which the tables name it."""
        return frozenset(claim.case for claim in self.claims if claim.case)

    def is_person(self, other: Identity) -> Relation:
        """To the whole person: one file that agrees is enough, one that contradicts is a doubt."""
        each = {relation(other, own) for own in self.identities}
        if Relation.SAME in each:
            return Relation.DOUBT if self.against(other) else Relation.SAME
        return Relation.DOUBT if Relation.DOUBT in each else Relation.OTHER

    def against(self, other: Identity) -> frozenset[str]:
        """What contradicts the person. A value that one of its files states is no contradiction.

        Two values of one kind stand here only where a person has said that both are right.
        """
        agreed = frozenset().union(*(agreements(other, own) for own in self.identities))
        return frozenset().union(*(conflicts(other, own) for own in self.identities)) - agreed

    def doubted_by(self, newcomer: Identity) -> bool:
        """Whether a newcomer casts doubt on this person."""
        return bool(self.against(newcomer)) and any(
            casts_doubt(own, newcomer) for own in self.identities
        )

    def may_own(self, newcomer: Identity) -> bool:
        """Whether a newcomer may be a file of this person: it shares much, nothing contradicts."""
        return not self.against(newcomer) and any(
            share_much(own, newcomer) for own in self.identities
        )


@dataclass(frozen=True, kw_only=True)
class _Home:
    """What became of a claim: its cluster, a new one (neither), or a sentence."""

    cluster: int | None = None
    sentence: str | None = None


def clusters(
    claims: Sequence[Claim], standing: Iterable[StandingCase] = ()
) -> tuple[list[Cluster], list[HeldClaim]]:
    """The claims by person, the stored cases first; and the claims that are held."""
    ordered, known = sorted(claims, key=_rank), tuple(standing)
    between: dict[int, HeldClaim] = {}
    while True:
        people = _People(known)
        for claim in ordered:
            if id(claim) not in between:
                people.settle(claim)
        found = people.between()
        if not found:
            return people.clusters, [*people.held, *between.values()]
        between |= {id(each): HeldClaim(claim=each, sentence=_BETWEEN) for each in found}


def listed(names: frozenset[str]) -> str:
    """Kinds of identifiers, in words and in a fixed order."""
    words = [word for name, word in _WORDS.items() if name in names]
    return " and ".join(words)


class _People:
    """The persons so far, found by the identifiers that they state."""

    def __init__(self, standing: Iterable[StandingCase]) -> None:
        self.clusters: list[Cluster] = []
        self.held: list[HeldClaim] = []
        self._index: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for case in standing:
            self.clusters.append(Cluster(standing=case))
            for identity in case.identities:
                self._learn(len(self.clusters) - 1, identity)

    def settle(self, claim: Claim) -> None:
        """Put the claim into its cluster, into a new one, or among those that are held."""
        home = self._home(claim)
        if home.sentence is not None:
            self.held.append(HeldClaim(claim=claim, sentence=home.sentence))
            return
        if home.cluster is None:
            self.clusters.append(Cluster())
        number = len(self.clusters) - 1 if home.cluster is None else home.cluster
        self.clusters[number].claims.append(claim)
        self._learn(number, claim.identity)

    def between(self) -> list[Claim]:
        """Claims that joined a person, and fit a held claim that contradicts it as well."""
        contenders: defaultdict[int, list[Claim]] = defaultdict(list)
        for each in self.held:
            for number in self._near(each.claim.identity):
                if self.clusters[number].doubted_by(each.claim.identity):
                    contenders[number].append(each.claim)
        return [
            claim
            for number, rivals in contenders.items()
            for claim in self._joined(number)
            if any(relation(claim.identity, each.identity) is Relation.SAME for each in rivals)
        ]

    def _joined(self, number: int) -> list[Claim]:
        cluster = self.clusters[number]
        return cluster.claims if cluster.standing else cluster.claims[1:]

    def _learn(self, number: int, identity: Identity) -> None:
        if identity in self.clusters[number].identities:
            return
        self.clusters[number].identities[identity] = None
        for key in keys(identity):
            self._index[key].add(number)

    def _near(self, identity: Identity) -> list[int]:
        return sorted({number for key in keys(identity) for number in self._index.get(key, ())})

    def _home(self, claim: Claim) -> _Home:
        near = self._near(claim.identity)
        relations = {number: self.clusters[number].is_person(claim.identity) for number in near}
        same = [number for number, each in relations.items() if each is Relation.SAME]
        doubts = [number for number, each in relations.items() if each is Relation.DOUBT]
        if len(same) == 1:
            doubts = [each for each in doubts if not self._told_apart(claim, same[0], each)]
        if doubts:
            return _Home(sentence=_doubt(claim, self.clusters[doubts[0]]))
        if len(same) > 1:
            return _Home(sentence=_TWO)
        return _Home(cluster=same[0]) if same else _founder(claim)

    def _told_apart(self, claim: Claim, own: int, other: int) -> bool:
        """Whether a person keeps two cases apart, and the claim differs from one as they do."""
        one, two = self.clusters[own], self.clusters[other]
        confirmed = [each.standing for each in (one, two) if each.standing]
        return any(each.confirmed for each in confirmed) and two.doubted_by(claim.identity)


def _rank(claim: Claim) -> tuple[int, str, str]:
    return -len(present(claim.identity)), label(claim.identity), claim.result.report.sha256


def _fullest(identity: Identity) -> tuple[int, str, str]:
    return -len(present(identity)), label(identity), repr(identity)


def _founder(claim: Claim) -> _Home:
    stated = present(claim.identity)
    if len(stated) >= 2:
        return _Home()
    told = listed(stated) if stated else "no identifier"
    return _Home(sentence=f"two identifiers are needed; stated is {told} alone")


def _doubt(claim: Claim, cluster: Cluster) -> str:
    shared = agreements(claim.identity, cluster.identity)
    against = cluster.against(claim.identity)
    one = len(shared) == 1
    agree = f"{listed(shared)} {'agrees with that' if one else 'agree with those'} of another file"
    if against:
        return f"{agree}, but {listed(against)} {'differs' if len(against) == 1 else 'differ'}"
    return f"{agree}; that is not enough to say whether it is the same person"
