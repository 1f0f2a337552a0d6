"""The therapies of a case in, what a reviewer reads of each out: what, why, on whose word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.web.places import Place, Places
from exchange.case_sheet import Sheet
from exchange.case_therapies import Advice, advice, by_label, line_name, ranked
from exchange.figures import Response, response
from exchange.wording import named
from pipeline.patient import Evaluation, FlagKind, Interpretation, NearMiss, TherapyFlag


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one authority allows: status and its day, scope; *unverified* cells are recalled."""

    jurisdiction: str
    status: str
    since: str | None
    scope: str | None
    tiers: tuple[tuple[str, str], ...]
    unverified: tuple[str, ...]
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True, kw_only=True)
class Therapy:
    """One therapy for one finding in one line, with every label that speaks of it."""

    said: Advice
    finding: str
    line: str
    why: tuple[str, ...]
    labels: tuple[Label, ...]
    figures: str | None
    rate: Response | None
    source: str | None
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Therapies that did not fire, the reason they share, and what would change the answer."""

    therapies: str
    reason: str
    changes: str


def therapies(sheet: Sheet, places: Places) -> tuple[Therapy, ...]:
    """One entry a therapy, marker and line, the most important first."""
    flags = ranked(sheet.said)
    pairs = zip(by_label(flags), advice(flags, sheet.common), strict=True)
    return tuple(_therapy(same, said, places) for same, said in pairs)


def missed(sheet: Sheet) -> tuple[Missed, ...]:
    """What did not fire for more than a plain negative, one entry a reason."""
    return tuple(
        Missed(therapies=names, reason=reason, changes="; ".join(_changes(sheet.said, reason)))
        for names, reason in sheet.why_not
    )


def _therapy(same: Sequence[TherapyFlag], said: Advice, places: Places) -> Therapy:
    first = same[0]
    found = next(iter(first.because), "")
    seen = dict.fromkeys(
        one for flag in same for each in flag.findings for one in each.observations
    )
    figures = next((each.figures for each in same if each.figures), None)
    blocked = said.kind is FlagKind.BLOCK
    own = () if blocked else tuple(f"{each.jurisdiction}: " for each in same)
    return Therapy(
        said=said,
        finding=named(first.marker, found),
        line=line_name(first.line),
        # What a label says stands with the label.
        why=tuple(each for each in said.why if not each.startswith(own)),
        labels=tuple(_label(each) for each in sorted(same, key=lambda one: one.jurisdiction)),
        figures=figures,
        rate=None if blocked else response(figures),
        source=next((each.source for each in same if each.source), None),
        places=tuple(place for one in seen if (place := places.of(one))),
    )


def _label(flag: TherapyFlag) -> Label:
    tiers = (
        ("AMP/ASCO/CAP", flag.tiers.amp_asco_cap),
        ("ESCAT", flag.tiers.escat),
        ("evidence", flag.tiers.evidence),
    )
    return Label(
        jurisdiction=flag.jurisdiction.value,
        status=flag.status.replace("_", " "),
        since=flag.status_date,
        scope=flag.label_scope,
        tiers=tuple((scale, tier) for scale, tier in tiers if tier),
        unverified=flag.unverified,
        evaluations=flag.evaluations,
    )


def _changes(said: Interpretation, reason: str) -> Iterable[str]:
    """What would change the answer, where one therapy alone asks; tests stand with the orders."""
    same = [each for each in said.near_misses if each.reason == reason]
    if len({each.therapy for each in same}) != 1:
        return ()
    return dict.fromkeys(_parts(same))


def _parts(same: Iterable[NearMiss]) -> Iterator[str]:
    for each in same:
        for part in (each.would_change or "").split("; "):
            if part and not part.startswith("order: "):
                yield part
