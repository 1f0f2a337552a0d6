"""All current reports of a case in, its specimens in the order of time out, and what came and went.

A specimen's day is that of collection, else of receipt, else of the report; without any it stands
apart. An alteration is lost only where a later test could have seen it, and gained only where an
earlier one could: everything else is open or was not looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pipeline.coverage import silence
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Finding,
    Marker,
    Report,
    ReportResult,
    Specimen,
    Status,
)
from pipeline.opinions import Opinion, contradict, denies, opinions, why_unable
from pipeline.patient import Case
from pipeline.specimens import NOT_NAMED, Specimens, specimens_of
from pipeline.subjects import Subject, subjects
from pipeline.versions import Versions, versions


class DayOf(StrEnum):
    """What the day of a specimen is: a specimen is never younger than its receipt or report."""

    COLLECTED = "collected"
    RECEIVED = "received"
    REPORTED = "reported"


class Seen(StrEnum):
    """What the reports on one specimen show of an alteration."""

    SEEN = "seen"
    ABSENT = "absent"
    OPEN = "open"
    NOT_LOOKED_AT = "not_looked_at"


class Event(StrEnum):
    """What that means beside the earlier specimens."""

    FIRST_SEEN = "first_seen"
    GAINED = "gained"
    PERSISTS = "persists"
    SEEN_AGAIN = "seen_again"
    LOST = "lost"
    ABSENT = "absent"
    OPEN = "open"
    NOT_LOOKED_AT = "not_looked_at"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One specimen and its reports; *after_targeted* is None where the days do not tell.

    It is True if the specimen was collected after the last targeted therapy ended.
    """

    label: str
    day: date | None
    day_of: DayOf | None
    reports: tuple[Report, ...]
    after_targeted: bool | None


@dataclass(frozen=True, kw_only=True)
class Point:
    """An alteration in one specimen; *event* is None where no day puts the specimen in order.

    *vaf* is a fraction, *value* the number of a valued marker; *reason* says why it is open.
    """

    step: Step
    seen: Seen
    detail: str
    event: Event | None = None
    finding: Finding | None = None
    vaf: float | None = None
    value: float | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Track:
    """One alteration (or a valued marker, *subject* None) over all specimens, earliest first."""

    marker: Marker
    subject: str | None
    counts: bool
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The specimens in the order of time, those without a day last, and every alteration."""

    steps: tuple[Step, ...]
    tracks: tuple[Track, ...]

    @property
    def days(self) -> int:
        """On how many days something was examined."""
        return len({each.day for each in self.steps if each.day})


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """The opinions on one marker in one specimen."""

    step: Step
    opinions: tuple[Opinion, ...]


def timeline(case: Case) -> Timeline:
    """Every alteration that a report shows, over all specimens of the case."""
    places = specimens_of([each.report for each in case.reports])
    counted = versions(case.reports)
    steps = _steps(case, places)
    tracks = (
        track
        for marker in Marker
        for track in _tracks(marker, _heard(marker, case.reports, places, counted, steps))
    )
    ordered = dict.fromkeys(sorted(steps.values(), key=_place))
    return Timeline(steps=tuple(ordered), tracks=tuple(tracks))


def _steps(case: Case, places: Specimens) -> dict[tuple[str, str], Step]:
    """The step of each report (by hash) and label."""
    members: dict[tuple[str, str | None], list[tuple[Report, Specimen]]] = {}
    for result in case.reports:
        report = result.report
        for specimen in report.specimens or (Specimen(),):
            label = places.label(report, specimen.id)
            # What nothing names is one specimen a report.
            alone = report.sha256 if label == NOT_NAMED else None
            members.setdefault((label, alone), []).append((report, specimen))
    end = case.patient.last_targeted_end
    return {
        (report.sha256, label): step
        for (label, _), each in members.items()
        for step in [_step(label, each, end)]
        for report, _ in each
    }


def _step(label: str, members: Sequence[tuple[Report, Specimen]], end: date | None) -> Step:
    day, day_of = _day(members)
    return Step(
        label=label,
        day=day,
        day_of=day_of,
        reports=tuple(dict.fromkeys(report for report, _ in members)),
        after_targeted=_after(day, day_of, end),
    )


def _day(members: Sequence[tuple[Report, Specimen]]) -> tuple[date | None, DayOf | None]:
    for day_of, stated in (
        (DayOf.COLLECTED, [specimen.collected for _, specimen in members]),
        (DayOf.RECEIVED, [specimen.received for _, specimen in members]),
        (DayOf.REPORTED, [report.reported for report, _ in members]),
    ):
        days = [day for day in stated if day is not None]
        if days:
            return min(days), day_of
    return None, None


def _after(day: date | None, day_of: DayOf | None, end: date | None) -> bool | None:
    """A specimen received or reported later may still have been collected before."""
    if day is None or end is None:
        return None
    if day <= end:
        return False
    return True if day_of is DayOf.COLLECTED else None


def _place(step: Step) -> tuple[bool, date, str, str]:
    return step.day is None, step.day or date.max, step.label, step.reports[0].sha256


def _heard(
    marker: Marker,
    results: Sequence[ReportResult],
    places: Specimens,
    counted: Versions,
    steps: Mapping[tuple[str, str], Step],
) -> list[_Heard]:
    """What was said of the marker, specimen by specimen, in the order of time."""
    heard: dict[Step, list[Opinion]] = {step: [] for step in steps.values()}
    for result in results:
        whole = counted.silence_counts(marker, result)
        for each in opinions(marker, result, places, silence_counts=whole):
            step = steps.get((result.report.sha256, each.label)) or _only(result, steps)
            if step is not None:
                heard[step].append(each)
    return [_Heard(step=step, opinions=tuple(heard[step])) for step in sorted(heard, key=_place)]


def _only(result: ReportResult, steps: Mapping[tuple[str, str], Step]) -> Step | None:
    """The one specimen of a report whose silence names none; of several it may be any."""
    own = {step for (sha256, _), step in steps.items() if sha256 == result.report.sha256}
    return own.pop() if len(own) == 1 else None


def _tracks(marker: Marker, heard: Sequence[_Heard]) -> Iterator[Track]:
    said = [each for step in heard for each in step.opinions]
    named = subjects(found for each in said for found in each.state.findings)
    for subject in named:
        points = [_point(each, subject) for each in heard]
        # One that reports dispute is followed too; only what nobody was sure of is not.
        if any(point.finding for point in points):
            yield _track(marker, subject, _within_reach(marker, points))
    valued = not named and any(each.state.status is Status.DETECTED for each in said)
    if valued:
        yield _track(marker, None, [_point(each, None) for each in heard])


def _track(marker: Marker, subject: Subject | None, points: Sequence[Point]) -> Track:
    return Track(
        marker=marker,
        subject=subject.detail if subject else None,
        counts=subject is None or subject.counts,
        points=tuple(_with_events(points)),
    )


def _point(heard: _Heard, subject: Subject | None) -> Point:
    """The reports on one specimen together: a contradiction leaves it open."""
    step = heard.step
    positive = [each for each in heard.opinions if _shows(each, subject)]
    negative = [each for each in heard.opinions if _excludes(each, subject)]
    if positive:
        against = any(contradict(yes, no) for yes in positive for no in negative)
        return _seen(step, positive[0], subject, against=against)
    if negative:
        said = negative[0].state
        return Point(step=step, seen=Seen.ABSENT, detail=said.detail, value=said.value)
    unsure = [each for each in heard.opinions if each.state.status is not Status.NOT_ASSESSED]
    if unsure:
        return Point(
            step=step,
            seen=Seen.OPEN,
            detail=unsure[0].state.detail,
            reason=_why(unsure[0], subject),
        )
    detail = heard.opinions[0].state.detail if heard.opinions else "nothing is said of it"
    return Point(step=step, seen=Seen.NOT_LOOKED_AT, detail=detail, reason=detail)


def _seen(step: Step, yes: Opinion, subject: Subject | None, *, against: bool) -> Point:
    found = subject.within(yes.state) if subject else None
    seen = found.observations if found else ()
    return Point(
        step=step,
        seen=Seen.OPEN if against else Seen.SEEN,
        detail=found.detail if found else yes.state.detail,
        finding=found,
        vaf=next((each.vaf for each in seen if each.vaf is not None), None),
        value=yes.state.value,
        reason="reports on this specimen disagree" if against else None,
    )


def _shows(opinion: Opinion, subject: Subject | None) -> bool:
    if subject is None:
        return opinion.state.status is Status.DETECTED
    found = subject.within(opinion.state)
    return found is not None and found.status is Status.DETECTED


def _excludes(opinion: Opinion, subject: Subject | None) -> bool:
    """Whether this report could have seen the alteration and did not."""
    if opinion.weak or (subject and subject.within(opinion.state)):
        return False
    if subject and not subject.counts:
        # No result of a marker: a report need not list it, whatever it saw.
        return False
    status, report = opinion.state.status, opinion.report
    if status is Status.NOT_DETECTED:
        able = not why_unable(opinion, _seen_in(subject))
        return able and (subject is None or denies(opinion.state, subject.findings))
    named_fully = opinion.state.marker.alteration_class is AlterationClass.MUTATION
    if status is not Status.DETECTED or not named_fully:
        return False
    # It names another alteration of the marker: silence on this one counts if it is covered.
    silent = silence(opinion.state.marker, report, report.covered, opinion.specimen)
    return silent.status is Status.NOT_DETECTED


def _seen_in(subject: Subject | None) -> set[Analyte | None]:
    found = [each for each in subject.findings if each.status is Status.DETECTED] if subject else []
    return {seen.analyte for each in found for seen in each.observations}


def _why(opinion: Opinion, subject: Subject | None) -> str:
    if subject and not subject.counts and not subject.within(opinion.state):
        return "what has no known significance is often not listed"
    if opinion.state.status is Status.DETECTED:
        return "another alteration is named; whether this one was looked for is not said"
    if opinion.weak:
        return opinion.weak[0].message
    if opinion.state.status is Status.NOT_DETECTED:
        unable = why_unable(opinion, _seen_in(subject))
        return unable or f"another change was looked for: {opinion.state.detail}"
    explicit = opinion.state.basis is Basis.EXPLICIT
    return f"left open: {opinion.state.detail}" if explicit else opinion.state.detail


def _within_reach(marker: Marker, points: Sequence[Point]) -> list[Point]:
    """An absence is open where the nearest VAF that was seen is below the test's own limit."""
    return [_reached(marker, at, points) for at in range(len(points))]


def _reached(marker: Marker, at: int, points: Sequence[Point]) -> Point:
    point = points[at]
    limits = [
        each.vaf_lod
        for report in point.step.reports
        for each in report.covered
        if each.marker is marker and each.vaf_lod is not None
    ]
    near = [each.vaf for each in (*reversed(points[:at]), *points[at + 1 :]) if each.vaf]
    if point.seen is not Seen.ABSENT or not limits or not near or near[0] >= min(limits):
        return point
    told = f"a VAF of {near[0]:.1%} is below the limit of {min(limits):.1%} of this test"
    return replace(point, seen=Seen.OPEN, reason=told)


def _with_events(points: Iterable[Point]) -> Iterator[Point]:
    """Each point beside those of earlier days; specimens of one day are not before each other."""
    before: list[Point] = []
    for point in points:
        if point.step.day is None:
            yield point
            continue
        earlier = [each for each in before if _is_earlier(each.step, point.step)]
        yield _happened(point, earlier)
        before.append(point)


def _is_earlier(one: Step, other: Step) -> bool:
    return one.day is not None and other.day is not None and one.day < other.day


def _happened(point: Point, earlier: Sequence[Point]) -> Point:
    decided = [each for each in earlier if each.seen in {Seen.SEEN, Seen.ABSENT}]
    last = {each.seen for each in decided if each.step.day == decided[-1].step.day}
    event = Event(point.seen.value) if point.seen is not Seen.SEEN else Event.FIRST_SEEN
    if point.seen is Seen.SEEN and decided:
        again = Event.PERSISTS if Seen.SEEN in last else Event.SEEN_AGAIN
        event = again if any(each.seen is Seen.SEEN for each in decided) else Event.GAINED
    elif point.seen is Seen.ABSENT and Seen.SEEN in last:
        if all(_in_plasma(each) for each in decided if each.seen is Seen.SEEN):
            # Tissue need not hold what plasma sheds from elsewhere.
            return replace(point, event=event, reason="seen before in plasma alone")
        event = Event.LOST
    return replace(point, event=event)


def _in_plasma(point: Point) -> bool:
    materials = {each.analyte for report in point.step.reports for each in report.specimens}
    return materials == {Analyte.CFDNA}
