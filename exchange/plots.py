"""Values with their names in, one picture as SVG out: no script, nothing by colour alone.

Each picture says in words (`title`, `desc`) what it shows; the page's style gives it its colours,
light or dark, by its classes. Series differ by the shape of their points, and have their names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import cycle

from exchange.figures import Response
from exchange.plain import plain

_WIDE = 680
_LEFT = 46
_RIGHT = 240
_ROW = 26
_SHAPES = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One alteration over time: days and fractions from 0 to 1, None where it was not seen."""

    name: str
    points: tuple[tuple[date, float | None], ...]


def fractions_over_time(series: Sequence[Series]) -> str | None:
    """Allele fractions over time; None where no alteration has a fraction on two days."""
    drawn = [each for each in series if sum(vaf is not None for _, vaf in each.points) > 1]
    if not drawn:
        return None
    days = sorted({day for each in drawn for day, _ in each.points})
    most = max(vaf for each in drawn for _, vaf in each.points if vaf is not None)
    frame = _Frame(first=days[0], last=days[-1], top=_round_up(most))
    parts = [*_fraction_axis(frame), *_days(frame, days)]
    names = _apart([frame.y(_last(each)) for each in drawn])
    for each, shape, at in zip(drawn, cycle(_SHAPES), names, strict=False):
        parts += _line(frame, each, shape)
        parts.append(_text(frame.right + 14, at + 4, each.name, "name"))
    told = "; ".join(f"{each.name}: {_told(each)}" for each in drawn)
    return _svg(_WIDE, frame.low + 34, "Variant allele fraction over time", told, parts)


def responses(rates: Sequence[tuple[str, Response]]) -> str | None:
    """Response rates with their intervals, one row each; None below two: one is read faster."""
    if len(rates) < 2:
        return None
    left, right = 230, _WIDE - 20
    end = 20 + _ROW * len(rates)
    parts = []
    for percent in range(0, 101, 25):
        x = left + (right - left) * percent / 100
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="14" x2="{x:.1f}" y2="{end}"/>')
        parts.append(_text(x, end + 16, f"{percent}%", "tick middle"))
    for at, (name, each) in enumerate(rates):
        y = 20 + _ROW * at + _ROW / 2
        low, rate, high = (
            left + (right - left) * v / 100 for v in (each.low, each.rate, each.high)
        )
        parts.append(_text(left - 12, y + 4, name, "name end"))
        parts.append(f'<line class="range" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>')
        ends = f'y1="{y - 5}" y2="{y + 5}"'
        parts += [f'<line class="range" x1="{x:.1f}" x2="{x:.1f}" {ends}/>' for x in (low, high)]
        parts.append(_point(rate, y, "square"))
    told = "; ".join(f"{name}: {each.sentence}" for name, each in rates)
    return _svg(_WIDE, end + 24, "Objective response rates with their intervals", told, parts)


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """Where the axes lie; *top* is the fraction at the upper end."""

    first: date
    last: date
    top: float
    high: int = 16
    low: int = 186

    @property
    def right(self) -> int:
        return _WIDE - _RIGHT

    def x(self, day: date) -> float:
        span = max(1, (self.last - self.first).days)
        return _LEFT + 12 + (self.right - _LEFT - 24) * (day - self.first).days / span

    def y(self, vaf: float) -> float:
        return self.low - (self.low - self.high) * vaf / self.top


def _fraction_axis(frame: _Frame) -> Iterable[str]:
    for part in range(5):
        vaf = frame.top * part / 4
        y = frame.y(vaf)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{frame.right}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 6, y + 4, _percent(vaf), "tick end")


def _days(frame: _Frame, days: Sequence[date]) -> Iterable[str]:
    shown = float("-inf")
    for day in days:
        x = frame.x(day)
        down = f'y1="{frame.low}" y2="{frame.low + 5}"'
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" {down}/>'
        # Days that lie close would be printed over each other; their points are in the words.
        if x - shown > 74:
            shown = x
            yield _text(x, frame.low + 20, day.isoformat(), "tick middle")


def _line(frame: _Frame, series: Series, shape: str) -> list[str]:
    """Points, joined where nothing lies between them in which it was not seen."""
    parts, run = [], list[tuple[float, float]]()
    for day, vaf in (*series.points, (frame.last, None)):
        if vaf is not None:
            run.append((frame.x(day), frame.y(vaf)))
            continue
        if len(run) > 1:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(f'<polyline class="series {shape}" points="{path}"/>')
        parts += [_point(x, y, shape) for x, y in run]
        run = []
    return parts


def _point(x: float, y: float, shape: str) -> str:
    if shape == "circle":
        return f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    corners = {
        "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        "triangle": ((0, -5), (5, 4), (-5, 4)),
        "diamond": ((0, -6), (6, 0), (0, 6), (-6, 0)),
    }[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon class="point" points="{points}"/>'


def _last(series: Series) -> float:
    return next(vaf for _, vaf in reversed(series.points) if vaf is not None)


def _apart(heights: Sequence[float]) -> list[float]:
    """Names beside the ends of their lines, none over another."""
    placed: dict[int, float] = {}
    before = float("-inf")
    for index in sorted(range(len(heights)), key=lambda at: heights[at]):
        before = placed[index] = max(heights[index], before + 15)
    return [placed[index] for index in range(len(heights))]


def _told(series: Series) -> str:
    said = (_percent(vaf) if vaf is not None else "not seen" for _, vaf in series.points)
    days = (day.isoformat() for day, _ in series.points)
    return ", ".join(f"{what} on {day}" for what, day in zip(said, days, strict=True))


def _percent(vaf: float) -> str:
    return f"{100 * vaf:.3g}%"


def _round_up(vaf: float) -> float:
    steps = (0.004, 0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    return next(step for step in steps if vaf <= step)


def _text(x: float, y: float, words: str, kind: str) -> str:
    shown = plain(words)
    cut = f"{shown[:30]}…" if len(shown) > 31 else shown
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(cut)}</text>'


def _svg(wide: int, high: int, title: str, told: str, parts: Iterable[str]) -> str:
    head = (
        f'<svg class="plot" viewBox="0 0 {wide} {high}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(plain(told))}</desc>"
    )
    return f"{head}{''.join(parts)}</svg>"
