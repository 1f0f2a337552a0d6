"""One interpreted case in, what its printed page shows out: short, in order, nothing concluded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exchange.stated import missing, stated
from pipeline.model import Basis, Finding, MarkerState, Report, Significance, Status
from pipeline.patient import (
    FlagKind,
    Interpretation,
    NearMiss,
    Outcome,
    Patient,
    Suggestion,
    TherapyFlag,
)

_ORDER = (FlagKind.SUGGEST, FlagKind.CAUTION, FlagKind.ASK, FlagKind.FLAG, FlagKind.BLOCK)
_LINES = {"first", "second", "third", "any"}


@dataclass(frozen=True, kw_only=True)
class Order:
    """One test to order: the markers it answers, and the therapies that wait for it.

    *needed* is False where another result has answered the question; *test* then says which.
    """

    test: str
    markers: tuple[str, ...]
    opens: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One alteration that was seen: its name, how much of it, where it is printed."""

    marker: str
    detail: str
    amount: str
    where: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One therapy that is flagged, with the labels that say so, and why it is or is not given."""

    kind: FlagKind
    therapy: str
    about: str
    why: tuple[str, ...]
    asks: tuple[str, ...]
    cautions: tuple[str, ...]
    evidence: tuple[str, ...]
    unverified: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a line of therapy."""

    rank: int
    regimen: str
    kind: FlagKind
    why: tuple[str, ...]
    conditions: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TherapyLine:
    """A line of therapy: entries that are flagged, others, and what all the others share."""

    name: str
    flagged: tuple[Choice, ...]
    others: tuple[Choice, ...]
    conditions: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything on the page, in its order."""

    said: Interpretation
    who: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]
    detected: tuple[Seen, ...]
    uncertain: tuple[Seen, ...]
    open: tuple[tuple[str, str], ...]
    printed_negative: tuple[str, ...]
    inferred_negative: tuple[str, ...]
    not_assessed: tuple[str, ...]
    advice: tuple[Advice, ...]
    common_cautions: tuple[str, ...]
    common_asks: tuple[str, ...]
    lines: tuple[TherapyLine, ...]
    orders: tuple[Order, ...]
    not_needed: tuple[Order, ...]
    negative: tuple[tuple[str, str], ...]
    why_not: tuple[tuple[str, str], ...]
    reports: tuple[str, ...]


def sheet(
    said: Interpretation,
    orders: Iterable[Order],
    misses: Iterable[NearMiss],
    first: Iterable[str] = (),
) -> Sheet:
    """The page of one case; *misses* are the near misses that no order already tells.

    *first* are sentences that must be seen before anything else on the page.
    """
    states = tuple(said.case.markers.values())
    negative = [each for each in states if each.status is Status.NOT_DETECTED]
    given = [each for each in said.flags if each.kind is not FlagKind.BLOCK]
    common = _shared([each.cautions for each in given])
    asked = _shared([missing(each) for each in given])
    tests, kept_back = tuple(orders), tuple(misses)
    plainly = [each for each in kept_back if _is_plain_negative(said, each)]
    return Sheet(
        said=said,
        who=tuple(_who(said)),
        alerts=(*first, *_alerts(said)),
        detected=tuple(_seen(said, uncertain=False)),
        uncertain=tuple(_seen(said, uncertain=True)),
        open=_grouped(
            (each.detail, each.marker.label)
            for each in states
            if each.status is Status.INDETERMINATE
        ),
        printed_negative=_labels(each for each in negative if each.basis is Basis.EXPLICIT),
        inferred_negative=_labels(each for each in negative if each.basis is not Basis.EXPLICIT),
        not_assessed=_labels(each for each in states if each.status is Status.NOT_ASSESSED),
        advice=tuple(_advice(same, {*common, *asked}) for same in _by_label(said.flags)),
        common_cautions=common,
        common_asks=asked,
        lines=tuple(_lines(said)),
        orders=tuple(each for each in tests if each.needed),
        not_needed=tuple(each for each in tests if not each.needed),
        negative=_grouped((each.marker.label, each.therapy) for each in plainly if each.marker),
        why_not=tuple(
            (therapies, reason)
            for reason, therapies in _grouped(
                (each.reason, each.therapy) for each in kept_back if each not in plainly
            )
        ),
        reports=(
            *(_report(each.report) for each in said.case.reports),
            *(f"{each.file}, superseded: not weighed" for each in said.case.superseded),
        ),
    )


def _who(said: Interpretation) -> Iterator[tuple[str, str]]:
    patient = said.case.patient
    known = (patient.identity, *(each.report.identity for each in said.case.reports))
    yield "Name", _first(each.name for each in known)
    yield "Born", _first(each.dob for each in known)
    numbers = dict.fromkeys(each.mrn for each in known if each.mrn)
    yield "Record", ", ".join(numbers) or "not stated"
    yield "Tumour", said.case.tumour_type or "not stated"
    yield from _context(patient)


def _context(patient: Patient) -> Iterator[tuple[str, str]]:
    yield "Site", _first([patient.site])
    yield "Stage", _first([patient.stage])
    yield "ECOG", _first([patient.ecog])
    agents = ", ".join(patient.prior_agents or ())
    lines = _first([patient.prior_lines])
    yield "Prior lines", f"{lines} ({agents})" if agents else lines


def _first(values: Iterable[object]) -> str:
    return next((str(each) for each in values if each is not None), "not stated")


def _alerts(said: Interpretation) -> Iterator[str]:
    for state in said.case.markers.values():
        yield from (f"{state.marker.label}: {each}" for each in state.conflicts)
    yield from dict.fromkeys(each.message for each in said.case.notices)


def _seen(said: Interpretation, *, uncertain: bool) -> Iterator[Seen]:
    files = {each.report.sha256: each.report.file for each in said.case.reports}
    doubtful = {Significance.VUS, Significance.BENIGN}
    for each in said.case.findings:
        if each.status is Status.DETECTED and (each.significance in doubtful) is uncertain:
            yield _alteration(each, files)


def _alteration(finding: Finding, files: dict[str, str]) -> Seen:
    places = (_place(finding, number, files) for number in range(len(finding.observations)))
    benign = "benign" if finding.significance is Significance.BENIGN else ""
    amounts = (_amount(finding), finding.specimen and f"specimen {finding.specimen}", benign)
    return Seen(
        marker=finding.marker.label,
        detail=finding.detail,
        amount=", ".join(each for each in amounts if each),
        where="; ".join(dict.fromkeys(places)),
        conflicts=finding.conflicts,
    )


def _amount(finding: Finding) -> str:
    vaf, depth, copies = (stated(finding, name) for name in ("vaf", "depth", "copies"))
    parts = (
        vaf is not None and f"VAF {vaf:.1%}",
        depth is not None and f"{depth} reads",
        copies is not None and f"{copies:g} copies",
    )
    return ", ".join(each for each in parts if each)


def _place(finding: Finding, number: int, files: dict[str, str]) -> str:
    source = finding.observations[number].source
    where = f" p. {source.page}" if source.page else f" line {source.line}" if source.line else ""
    return f"{files.get(source.sha256, 'outside result')}{where}"


def _labels(states: Iterable[MarkerState]) -> tuple[str, ...]:
    return tuple(each.marker.label for each in states)


def _by_label(flags: Iterable[TherapyFlag]) -> Iterator[list[TherapyFlag]]:
    """Flags that differ by the label alone stand together, the most important first."""
    same: defaultdict[tuple[int, str, str, str], list[TherapyFlag]] = defaultdict(list)
    for each in flags:
        same[_ORDER.index(each.kind), each.therapy, each.marker.value, each.line].append(each)
    return (same[key] for key in sorted(same, key=lambda key: key[0]))


def _advice(same: Sequence[TherapyFlag], common: set[str]) -> Advice:
    first = same[0]
    found, *reasons = dict.fromkeys(one for flag in same for one in flag.because) or ("",)
    cautions = dict.fromkeys(one for flag in same for one in flag.cautions)
    asks = dict.fromkeys(one for flag in same for one in missing(flag))
    unverified = dict.fromkeys(one for flag in same for one in flag.unverified)
    blocked = first.kind is FlagKind.BLOCK
    # What would speak for a blocked drug does not matter.
    fits = {e.sentence for f in same for e in f.evaluations if e.outcome is Outcome.PASS}
    idle = {*cautions, *(fits if blocked else ())}
    labels = " and ".join(sorted(each.jurisdiction for each in same))
    tiers = {"AMP/ASCO/CAP": first.tiers.amp_asco_cap, "ESCAT": first.tiers.escat}
    stated_tiers = "; ".join(f"{scale} {tier}" for scale, tier in tiers.items() if tier)
    evidence = () if blocked else tuple(each for each in (first.figures, stated_tiers) if each)
    return Advice(
        kind=first.kind,
        therapy=first.therapy,
        about=f"{_named(first.marker.label, found)}, {line_name(first.line)}, {labels}",
        why=tuple(each for each in reasons if each not in idle),
        asks=() if blocked else tuple(each for each in asks if each not in common),
        cautions=() if blocked else tuple(each for each in cautions if each not in common),
        evidence=evidence,
        unverified=() if blocked else tuple(unverified),
    )


def _named(label: str, found: str) -> str:
    gene = label.split(" ", maxsplit=1)[0]
    return found if found.startswith(gene) and len(found) > len(gene) else f"{label} {found}"


def line_name(line: str) -> str:
    """A line of therapy as people say it: `first line`, `maintenance`."""
    words = line.replace("_", " ")
    return f"{words} line" if line in _LINES else words


def _lines(said: Interpretation) -> Iterator[TherapyLine]:
    flagged = {each.indication_id for each in said.flags}
    ranked = sorted(said.suggestions, key=lambda each: each.rank)
    for line in dict.fromkeys(each.line for each in said.suggestions):
        above = [each for each in ranked if each.line == line and each.indication_id in flagged]
        others = [each for each in ranked if each.line == line and each not in above]
        shared = _shared([each.conditions for each in others])
        warned = _shared([each.cautions for each in others])
        yield TherapyLine(
            name=line_name(line).capitalize(),
            flagged=tuple(_choice(each, ()) for each in above),
            others=tuple(_choice(each, (*shared, *warned)) for each in others),
            conditions=shared,
            cautions=warned,
        )


def _choice(each: Suggestion, shared: Sequence[str]) -> Choice:
    return Choice(
        rank=each.rank,
        regimen=each.regimen,
        kind=each.kind,
        why=each.because,
        conditions=tuple(one for one in each.conditions if one not in shared),
        cautions=tuple(one for one in each.cautions if one not in shared),
    )


def _shared(each: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(each) < 2:
        return ()
    return tuple(one for one in dict.fromkeys(each[0]) if all(one in other for other in each))


def _grouped(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each first word once, with all its seconds."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for first, second in pairs:
        found[first][second] = None
    return tuple((first, ", ".join(seconds)) for first, seconds in found.items())


def _is_plain_negative(said: Interpretation, miss: NearMiss) -> bool:
    """The marker was not detected, and nothing else is said: its basis stands with the markers."""
    if miss.marker is None or ";" in miss.reason:
        return False
    is_negative = said.case.markers[miss.marker].status is Status.NOT_DETECTED
    return is_negative and miss.reason.startswith(f"{miss.marker.label}: not detected")


def _report(report: Report) -> str:
    told = (
        report.file,
        report.vendor,
        report.assay,
        report.reported and f"reported {report.reported}",
        f"version {report.version}" if report.version > 1 else None,
        report.status.value,
        None if report.completeness.proven else "not proven complete",
    )
    return ", ".join(str(each) for each in told if each)
