"""Symbolic alleles and breakends: the fields of a VCF line in, the places it joins or spans out.

Bracket forms as in the VCF specification, 5.4: ``t[p[`` joins the left of POS to the right of p,
``t]p]`` to the left of p reversed, ``]p]t`` and ``[p[t`` are the same seen from the right of POS.
"""

import re
from dataclasses import dataclass

from pipeline.genome import overlapping, panel_intervals
from pipeline.model import Assembly

_BREAKEND = re.compile(
    r"^(?P<before>[^\[\]]*)(?P<bracket>[\[\]])(?P<mate>[^\[\]]+)[\[\]](?P<after>[^\[\]]*)$"
)
_NUMBER = re.compile(r"-?\d+")
_MATE_CONTIG = ("CHR2", "CHROM2", "SVCHROM2", "CHR_2")
_MATE_POSITION = ("POS2", "END2", "SVPOS2", "POS_2")


@dataclass(frozen=True, kw_only=True)
class Breakend:
    """One junction: which side of each break is kept (left is towards the start of the contig)."""

    mate_contig: str
    mate_position: int
    keeps_left: bool
    mate_keeps_left: bool


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch or a place on a contig that a structural line speaks of."""

    contig: str
    start: int
    end: int


def breakend(alt: str) -> Breakend | None:
    """A bracketed ALT as a junction; None if it is not one, or its mate has no place."""
    found = _BREAKEND.match(alt)
    if not found:
        return None
    contig, _, position = found["mate"].rpartition(":")
    if not contig or not position.isdigit():
        return None
    return Breakend(
        mate_contig=contig.strip("<>"),
        mate_position=int(position),
        keeps_left=bool(found["before"]),
        mate_keeps_left=found["bracket"] == "]",
    )


def is_symbolic(alt: str) -> bool:
    """True for ``<DUP>`` and its like, but not for the "any other allele" of a gVCF."""
    return alt.startswith("<") and alt not in {"<NON_REF>", "<*>"}


def is_single_breakend(alt: str) -> bool:
    """True for ``G.`` and ``.G``: a break whose other side is not known."""
    return len(alt) > 1 and (alt.startswith(".") != alt.endswith("."))


def info_values(info: str) -> dict[str, str]:
    """INFO as key to text; a flag is empty. The first value counts if a key stands twice."""
    found: dict[str, str] = {}
    for entry in info.split(";"):
        key, _, value = entry.partition("=")
        found.setdefault(key, value)
    return found


def spans(contig: str, position: int, ref: str, alt: str, info: dict[str, str]) -> list[Span]:
    """Every place a structural allele speaks of: its own stretch, its mate, its second end."""
    junction = breakend(alt)
    if junction:
        mate = Span(
            contig=junction.mate_contig, start=junction.mate_position, end=junction.mate_position
        )
        return [Span(contig=contig, start=position, end=position + len(ref) - 1), mate]
    other = next((info[key] for key in _MATE_CONTIG if info.get(key)), contig)
    end = _end(position, ref, info)
    if other != contig:
        place = next((_integer(info[key]) for key in _MATE_POSITION if info.get(key)), end)
        mate = Span(contig=other, start=place or end, end=place or end)
        return [Span(contig=contig, start=position, end=position), mate]
    return [Span(contig=contig, start=min(position, end), end=max(position, end))]


def _end(position: int, ref: str, info: dict[str, str]) -> int:
    end = _integer(info.get("END", ""))
    length = _integer(info.get("SVLEN", ""))
    if end is not None:
        return end
    return position + (abs(length) if length is not None else len(ref) - 1)


def _integer(text: str) -> int | None:
    found = _NUMBER.match(text)
    return int(found[0]) if found else None


def touches_panel(fields: list[str]) -> bool:
    """True if any structural ALT of the first eight columns of a line touches a panel gene."""
    contig, position, _, ref, alts, _, _, info = fields
    if not position.isdigit():
        return True
    known = info_values(info)
    return any(
        _in_panel(span)
        for alt in alts.split(",")
        if breakend(alt) or is_symbolic(alt) or "[" in alt or "]" in alt
        for span in spans(contig, int(position), ref, alt, known)
    )


def _in_panel(span: Span) -> bool:
    return any(
        overlapping(panel_intervals(build), span.contig, span.start, span.end) for build in Assembly
    )
