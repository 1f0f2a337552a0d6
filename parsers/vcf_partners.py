"""The other gene of a junction: places, annotations and names of rows in, a partner out.

A gene by its place comes first, then what the mate, the row or the ID of the row names. Two names
are none: an unknown partner is better than a wrong one.
"""

from dataclasses import replace

from parsers.vcf_annotation import genes_named, strand_named
from parsers.vcf_events import Junction, panel_name
from parsers.vcf_frame import Frame
from parsers.vcf_junctions import End, graded
from parsers.vcf_records import Record
from pipeline.genome import Locus
from pipeline.model import Fusion

_ORDERED = ("GENEA", "GENEB")


def partner_of(
    own: Junction, place: End, other: End | None, mates: list[Junction], frame: Frame
) -> str | None:
    """The other gene: by its place, else the one that the mate, the row or its ID names."""
    if other is not None and other.gene:
        return other.gene
    sides = [[mate.record for mate in mates], [own.record]]
    for records in sides:
        named = {name for record in records for name in genes_named(record, frame.header)}
        named.discard(place.gene or "")
        if len(named) == 1:
            return named.pop()
    known = graded(own.record.id or "", place.gene or "")
    sides_named = {known.five_prime, known.three_prime} if known else set()
    return next((name for name in sides_named if name not in {None, place.gene}), None)


def placed(
    other: End | None, partner: str | None, records: list[Record], frame: Frame
) -> End | None:
    """The other end in its gene, where our table does not know it but an annotator its strand."""
    if other is None or partner is None or other.locus is not None:
        return other
    strands = {strand_named(record, frame.header, partner) for record in records} - {None}
    if len(strands) != 1:
        return other
    locus = Locus(
        gene=partner,
        is_panel=False,
        chromosome=other.contig,
        forward=bool(strands.pop()),
        start=other.position,
        end=other.position,
    )
    return replace(other, locus=locus)


def named_in_order(record: Record, place: End) -> Fusion | None:
    """The fusion that a caller of RNA names 5-prime to 3-prime, if it does.

    It stands in the name of the row (fusion panels) or in GENEA and GENEB (fusion reports, whose
    writers put brackets that do not follow the specification); FRAME_STATUS goes with these.
    """
    sides = [next(iter(record.info.get(key, ())), ".") for key in _ORDERED]
    pair = None if {"", "."} & set(sides) else "::".join(sides) + _framed(record)
    known = graded(pair or panel_name(record) or "", place.gene or "")
    return known if known and None not in {known.five_prime, known.three_prime} else None


def _framed(record: Record) -> str:
    return {True: ", in frame", False: ", out of frame", None: ""}[frame_stated(record)]


def frame_stated(record: Record) -> bool | None:
    """True if a fusion report says that the reading frame goes on, False if not, None if silent."""
    stated = "".join(record.info.get("FRAME_STATUS", ())).upper().replace("-", "")
    if stated.startswith("INFRAME"):
        return True
    return False if stated.startswith(("FRAMESHIFT", "OUTOFFRAME")) else None
