"""A case in, how its reports stand to each other out: replaced, in agreement, over time."""

from typing import Any

from pipeline.concordance import Comparison, Side, concordance
from pipeline.patient import Case, SupersededReport
from pipeline.timeline import Point, Step, Track, timeline

Part = dict[str, Any]


def superseded_part(case: Case) -> list[Part]:
    """The versions that no longer count, and which one counts instead."""
    return [_superseded(each) for each in case.superseded]


def concordance_part(case: Case) -> list[Part]:
    """What each report says of each alteration, and the likely causes where they differ."""
    return [_comparison(each) for each in concordance(case)]


def timeline_part(case: Case) -> Part:
    """The specimens in the order of time, and each alteration over them."""
    course = timeline(case)
    places = {step: at for at, step in enumerate(course.steps)}
    return {
        "steps": [_step(each) for each in course.steps],
        "tracks": [_track(each, places) for each in course.tracks],
    }


def no_timeline() -> Part:
    """The timeline of a file that belongs to no case."""
    return {"steps": [], "tracks": []}


def _superseded(old: SupersededReport) -> Part:
    return {
        "sha256": old.sha256,
        "file": old.file,
        "status": old.status.value,
        "report_version": old.version,
        "reported": old.reported and old.reported.isoformat(),
        "by": {
            "sha256": old.by_sha256,
            "report_version": old.by_version,
            "status": old.by_status.value,
        },
        "unsaid": [
            {"marker": each.marker.value, "status": each.status.value, "detail": each.detail}
            for each in old.unsaid
        ],
    }


def _comparison(compared: Comparison) -> Part:
    return {
        "marker": compared.marker.value,
        "subject": compared.subject,
        "agreement": compared.agreement.value,
        "sides": [_side(each) for each in compared.sides],
        "causes": [{"code": each.code, "sentence": each.sentence} for each in compared.causes],
    }


def _side(side: Side) -> Part:
    state, found = side.opinion.state, side.finding
    seen = found.observations if found else ()
    return {
        "sha256": side.report.sha256,
        "file": side.report.file,
        "kind": side.report.kind.value,
        "vendor": side.report.vendor,
        "specimen": side.opinion.label,
        "status": side.status.value,
        "basis": found.basis.value if found else state.basis.value,
        "detail": found.detail if found else state.detail,
        "vaf": next((each.vaf for each in seen if each.vaf is not None), None),
        "copies": next((each.copies for each in seen if each.copies is not None), None),
    }


def _step(step: Step) -> Part:
    return {
        "specimen": step.label,
        "day": step.day and step.day.isoformat(),
        "day_of": step.day_of and step.day_of.value,
        "after_targeted": step.after_targeted,
        "reports": [each.sha256 for each in step.reports],
    }


def _track(track: Track, places: dict[Step, int]) -> Part:
    return {
        "marker": track.marker.value,
        "subject": track.subject,
        "counts": track.counts,
        "points": [_point(each, places) for each in track.points],
    }


def _point(point: Point, places: dict[Step, int]) -> Part:
    return {
        "step": places[point.step],
        "event": point.event and point.event.value,
        "seen": point.seen.value,
        "detail": point.detail,
        "vaf": point.vaf,
        "value": point.value,
        "reason": point.reason,
    }
