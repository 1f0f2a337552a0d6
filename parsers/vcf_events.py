"""A structural row in, the junctions it states out: which break is joined to which, and how.

A breakend says all in its ALT. A symbolic allele says it by its kind (a deletion joins the left
of its start to the right of its end) or in the words of its caller: CT of Delly ("3to5"), STRANDS
of LUMPY and Sniffles ("+-"), INV3 and INV5 of Manta. An inversion without a word has two
junctions; a translocation without a word has none that can be told.
"""

import re
from dataclasses import dataclass

from parsers.vcf_frame import Frame
from parsers.vcf_junctions import End, end
from parsers.vcf_records import Record
from parsers.vcf_symbols import breakend, info_values, is_single_breakend, spans

_SLACK = 20
_MATES = ("MATEID", "PARID")
_SIDES = {"3": True, "5": False, "+": True, "-": False}
"""Does this word for a side keep the left of its break? (3-prime end and + strand do.)"""
_KINDS = {"DEL": ((True, False),), "DUP": ((False, True),), "INV": ((True, True), (False, False))}
"""Per kind its junctions: is the left kept at the start, and is it at the end."""


@dataclass(frozen=True, kw_only=True)
class Junction:
    """A record's ALT as two ends; *right* is None for a break whose other side has no place."""

    record: Record
    index: int
    left: End
    right: End | None

    @property
    def ends(self) -> tuple[End, ...]:
        """Both ends, or the one that is known."""
        return (self.left,) if self.right is None else (self.left, self.right)


def junction(record: Record, index: int, frame: Frame) -> Junction | None:
    """A breakend ALT (bracketed or single) as a junction; None for any other allele."""
    alt = record.alts[index]
    build = frame.assembly
    if is_single_breakend(alt):
        keeps_left = alt.endswith(".")
        own = end(build, record.contig, record.position, keeps_left=keeps_left)
        return Junction(record=record, index=index, left=own, right=None)
    found = breakend(alt)
    if found is None and not set(alt) & set("[]"):
        return None
    if found is None:
        side = end(build, record.contig, record.position, keeps_left=alt[0] not in "[]")
        return Junction(record=record, index=index, left=side, right=None)
    return Junction(
        record=record,
        index=index,
        left=end(build, record.contig, record.position, keeps_left=found.keeps_left),
        right=end(build, found.mate_contig, found.mate_position, keeps_left=found.mate_keeps_left),
    )


def junctions(record: Record, index: int, frame: Frame) -> tuple[Junction, ...]:
    """The junctions of a symbolic allele; none where nothing says how its ends are joined."""
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, record.alts[index], info)
    first, last = found[0], found[-1]
    places = ((first.contig, first.start), (last.contig, last.end))
    return tuple(
        Junction(
            record=record,
            index=index,
            left=end(frame.assembly, *places[0], keeps_left=left),
            right=end(frame.assembly, *places[1], keeps_left=right),
        )
        for left, right in _orientations(record, index)
    )


def _orientations(record: Record, index: int) -> tuple[tuple[bool, bool], ...]:
    """Which side is kept at the start and at the end, once per junction."""
    stated = [*record.info.get("CT", ()), *record.info.get("STRANDS", ())]
    words = [text.partition(":")[0].replace("to", "") for text in stated]
    known = [word for word in words if len(word) == 2 and set(word) <= set(_SIDES)]
    if known:
        return tuple(dict.fromkeys((_SIDES[word[0]], _SIDES[word[1]]) for word in known))
    kind = record.alts[index].strip("<>")[:3].upper()
    if kind == "INV" and ("INV3" in record.info) is not ("INV5" in record.info):
        side = "INV3" in record.info
        return ((side, side),)
    return _KINDS.get(kind, ())


def are_mates(one: Junction, other: Junction) -> bool:
    """True if two records describe one junction from its two sides, or twice."""
    if one.right is None or other.right is None:
        return False
    return (
        are_linked(one.record, other.record)
        or (_near(one.left, other.right) and _near(one.right, other.left))
        or (_near(one.left, other.left) and _near(one.right, other.right))
    )


def is_repeat(one: Junction, other: Junction) -> bool:
    """True if two rows tell one junction from the same side: two callers, or one row twice."""
    if one.right is None or other.right is None or are_linked(one.record, other.record):
        return False
    return _near(one.left, other.left) and _near(one.right, other.right)


def are_linked(one: Record, other: Record) -> bool:
    """True if one row names the other as its mate (MATEID, or PARID of GRIDSS)."""
    pair = (panel_name(one), panel_name(other))
    if None not in pair and one is not other:
        return pair[0] == pair[1]
    named = {(row.id, mate) for row in (one, other) for key in _MATES for mate in _mates(row, key)}
    return one is not other and bool(named & {(one.id, other.id), (other.id, one.id)})


def panel_name(record: Record) -> str | None:
    """The name that both rows of a fusion of an RNA panel share, their number left out.

    Such a row (SVTYPE=Fusion) is called "FGFR2-BICC1.F17B3.COSF1272_1": genes 5-prime to 3-prime,
    then exons; its brackets give no strand.
    """
    if next(iter(record.info.get("SVTYPE", ())), "").upper() != "FUSION" or not record.id:
        return None
    return re.sub(r"_[12]$", "", record.id)


def _mates(record: Record, key: str) -> tuple[str, ...]:
    return tuple(name for name in record.info.get(key, ()) if name not in {"", "."})


def _near(one: End, other: End) -> bool:
    same = one.contig == other.contig and one.keeps_left is other.keeps_left
    return same and abs(one.position - other.position) <= _SLACK
