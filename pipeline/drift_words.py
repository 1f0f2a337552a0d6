"""An alarm of the drift sentinel in, the sentences out that people read: no name, no assay."""

from pipeline.drift import Code, Drift, Figures, Key

_LEAST = 1e-9


def what(key: Key) -> str:
    """What drifts, in a few words."""
    marker = key.marker.label if key.marker else ""
    direction = "fewer" if key.what == "fall" else "more"
    smaller = "smaller" if key.what == "fall" else "larger"
    words = {
        Code.LAYOUT: f"a layout never seen before ({key.what})",
        Code.SECTION: f"the section {key.what} is missing",
        Code.NO_FINDINGS: "more reports without any alteration",
        Code.UNKNOWN: f"{marker} is left open more often",
        Code.POSITIVES: f"{direction} reports with {marker} detected",
        Code.VAF_SCALE: f"allele fractions are many times {smaller}",
    }
    return words[key.code]


def sentence(drift: Drift) -> str:
    """What drifts and by which figures."""
    return f"reader {drift.key.reader}: {what(drift.key)}: {figures(drift)}"


def figures(drift: Drift) -> str:
    """The figures of an alarm."""
    said, counts = drift.figures, drift.figures.counts
    if said.median is not None and said.median_before is not None:
        seen = f"median {said.median:.2%} now, {said.median_before:.2%} before"
    else:
        before = f"{counts.seen_before} of {counts.of_before} before"
        seen = f"{counts.seen} of {counts.of} reports{_span(said)}, {before}"
    return "; ".join(part for part in (seen, _change(said), _chance(said)) if part)


def held(reader: str) -> str:
    """Why the negatives of a report prove nothing, on the pages of its case."""
    return f"reader {reader} drifts: its negatives are held"


def _span(said: Figures) -> str:
    return "" if said.nights == 1 else f" of the last {said.nights} nights"


def _change(said: Figures) -> str:
    parts = [("lacks", said.lacks), ("adds", said.adds)]
    return ", ".join(f"{word} {' and '.join(names)}" for word, names in parts if names)


def _chance(said: Figures) -> str:
    if said.chance is None:
        return ""
    return f"chance 1 in {1 / max(said.chance, _LEAST):,.0f} if nothing had changed"
