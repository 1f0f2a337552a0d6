"""One interpreted case in, what its printed page shows out: short, in order, nothing concluded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exchange.case_therapies import (
    Advice,
    Common,
    TherapyLine,
    advice,
    common,
    ranked,
    therapy_lines,
)
from exchange.stated import stated
from pipeline.model import Basis, Finding, MarkerState, Report, Significance, Status
from pipeline.patient import FlagKind, Interpretation, NearMiss, Patient

_WARNED = tuple(f"{kind.value}: " for kind in (FlagKind.CAUTION, FlagKind.BLOCK))


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
class Sheet:
    """Everything on the page, in its order; *signature* says who signed it, or that nobody did."""

    said: Interpretation
    signature: str
    who: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]
    detected: tuple[Seen, ...]
    uncertain: tuple[Seen, ...]
    open: tuple[tuple[str, str], ...]
    printed_negative: tuple[str, ...]
    inferred_negative: tuple[str, ...]
    not_assessed: tuple[str, ...]
    advice: tuple[Advice, ...]
    common: Common
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
    signature: str = "not signed",
) -> Sheet:
    """The page of one case; *misses* are the near misses that no order already tells.

    *first* are sentences that must be seen before anything else on the page; *signature* is
    whose name stands under it.
    """
    states = tuple(said.case.markers.values())
    negative = [each for each in states if each.status is Status.NOT_DETECTED]
    shared = common(said.flags)
    tests, kept_back = tuple(orders), tuple(misses)
    plainly = [each for each in kept_back if _is_plain_negative(said, each)]
    return Sheet(
        said=said,
        signature=signature,
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
        advice=tuple(advice(ranked(said), shared)),
        common=shared,
        lines=tuple(therapy_lines(said)),
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
    tumour = said.case.tumour_type
    yield "Tumour", tumour or "not stated"
    # A diagnosis can name the site; flags then rest on that.
    yield "Site", _first([patient.site, "not stated (see the tumour)" if tumour else None])
    yield from _context(patient)


def _context(patient: Patient) -> Iterator[tuple[str, str]]:
    yield "Stage", _first([patient.stage])
    yield "ECOG", _first([patient.ecog])
    agents = ", ".join(patient.prior_agents or ())
    lines = _first([patient.prior_lines])
    yield "Prior lines", f"{lines} ({agents})" if agents else lines


def _first(values: Iterable[object]) -> str:
    return next((str(each) for each in values if each is not None), "not stated")


def _alerts(said: Interpretation) -> Iterator[str]:
    # A possible mix-up must be read before the drug that rests on it (R59).
    yield from (each for each in said.notes if each.startswith(_WARNED))
    for state in said.case.markers.values():
        yield from (f"{state.marker.label}: {each}" for each in state.conflicts)
    yield from dict.fromkeys(each.message for each in said.case.notices)


def _seen(said: Interpretation, *, uncertain: bool) -> Iterator[Seen]:
    files = {each.report.sha256: each.report.file for each in said.case.reports}
    doubtful = {Significance.VUS, Significance.BENIGN}
    for each in said.case.findings:
        if each.status is Status.DETECTED and (each.significance in doubtful) is uncertain:
            yield _alteration(each, files, _by_specimen(said.case.markers[each.marker]))


def _alteration(finding: Finding, files: dict[str, str], differs: str) -> Seen:
    places = (_place(finding, number, files) for number in range(len(finding.observations)))
    benign = "benign" if finding.significance is Significance.BENIGN else ""
    specimen = finding.specimen and f"specimen {finding.specimen}"
    amounts = (_amount(finding), specimen, benign, differs)
    return Seen(
        marker=finding.marker.label,
        detail=finding.detail,
        amount=", ".join(each for each in amounts if each),
        where="; ".join(dict.fromkeys(places)),
        conflicts=finding.conflicts,
    )


def _by_specimen(state: MarkerState) -> str:
    """What each specimen says, where they do not agree."""
    told = state.by_specimen
    if len(set(told.values())) < 2:
        return ""
    each = (f"{name} {status.value.replace('_', ' ')}" for name, status in sorted(told.items()))
    return f"differs by specimen: {', '.join(each)}"


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
