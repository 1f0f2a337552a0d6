"""Reads of an allele: a sample's fields or INFO in, allele fraction and depth out.

Each caller has fields of its own, named in the tables below (fractions first, then counts). A
value that cannot be a fraction (31.2, nan, a decimal comma, -0.1) is refused and named, never
mended: counts beside it may still answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parsers.vcf_records import Record, Values, number

Cell = Mapping[str, Values]

_FRACTIONS = ("AF", "VAF", "FREQ", "FA", "VF", "TVAF", "ALT_AF", "FAF", "MAP_VAF")
_DEPTHS = ("DP", "DPT", "TDP", "NR", "DEPTH", "FDP")
# Ion Torrent counts FAO over FDP; in Strelka's rows FDP is the number of reads thrown away.
_FLOW, _FLOW_DEPTH = "FAO", "FDP"
_COUNTS = ("AD", "ADT", "TAD", "CLCAD2")
_ALT_ONLY = (("FAO", "FRO"), ("AO", "RO"), ("AD", "RD"), ("NV", "NR"), ("TIR", "TAR"))
_INFO_FRACTIONS = ("TVAF", "TUMOR_AF", "TUMOR_VAF", "T_AF", "TAF")
_INFO_PLAIN = ("AF", "VAF")
_INFO_READS = ("AO", "FAO", "DP4", "SAF", "TC")  # beside these AF is of reads, not of a population
_INFO_DEPTHS = ("TDP", "TUMOR_DP", "T_DP", "DP", "FDP")
_DECIMALS = 4  # what depths of sequencing can tell apart
_MISSING = {"", "."}


@dataclass(frozen=True, kw_only=True)
class Reads:
    """*vaf* is a fraction from 0 to 1, *depth* reads; *refused* is a value nobody could use."""

    vaf: float | None = None
    depth: int | None = None
    refused: str | None = None


def of_sample(record: Record, index: int, cell: Cell, *, alone: bool) -> Reads:
    """What a sample's fields say of ALT number *index* (0-based).

    *alone* is true where the sample is the only one: INFO then speaks of it too.
    """
    vaf, refused = _stated(_FRACTIONS, cell, record, index)
    if vaf is None:
        vaf = _share(_counts(cell, record, index))
    depth = _depth(cell, record)
    if alone:
        from_info, refused_there = _info_fraction(record, index)
        vaf, refused = vaf if vaf is not None else from_info, refused or refused_there
        depth = depth if depth is not None else _info_depth(record)
    return Reads(vaf=_rounded(vaf), depth=depth, refused=refused)


def of_info(record: Record, index: int) -> Reads:
    """What INFO says where the file has no samples: only where it counts reads as well."""
    vaf, refused = _info_fraction(record, index)
    depth = _info_depth(record)
    return Reads(vaf=_rounded(vaf) if depth is not None else None, depth=depth, refused=refused)


def _rounded(vaf: float | None) -> float | None:
    return None if vaf is None else round(vaf, _DECIMALS)


def _stated(
    keys: Iterable[str], cell: Cell, record: Record, index: int
) -> tuple[float | None, str | None]:
    """The first fraction that can be one, and the first that is stated and cannot."""
    refused = None
    for key in keys:
        values = cell.get(key, ())
        if set(values) <= _MISSING:
            continue
        text = _of_allele(values, record, index)
        found = as_fraction(text)
        if found is not None:
            return found, refused
        if text not in _MISSING:
            refused = refused or f"{key} {text} is no fraction of reads"
    return None, refused


def _of_allele(values: Values, record: Record, index: int) -> str:
    """The text for one ALT, from one value an ALT or one an allele; else all of them, as printed.

    A decimal comma splits ``0,31`` into two values that are no fractions of two alleles.
    """
    whole = ",".join(values)
    if len(values) == len(record.alts) + 1:
        if len(values) == 2 and values[1].endswith("%"):
            return whole
        fit = all(as_fraction(value) is not None for value in values)
        return values[index + 1] if fit and any("." in value for value in values) else whole
    return at(values, index) if len(values) in {1, len(record.alts)} else whole


def as_fraction(text: str) -> float | None:
    """``0.31``, ``31%`` and ``31,5%`` as a fraction; a bare number above 1 says nothing."""
    if text.endswith("%"):
        value = number(text[:-1].replace(",", "."))
        return None if value is None or not 0 <= value <= 100 else value / 100
    value = number(text)
    return value if value is not None and 0 <= value <= 1 else None


def _share(counts: tuple[float, float] | None) -> float | None:
    if counts is None or min(counts) < 0 or sum(counts) <= 0:
        return None
    return counts[1] / sum(counts)


def _counts(cell: Cell, record: Record, index: int) -> tuple[float, float] | None:
    """Reads for other alleles and for this one, from whatever counts the caller gives."""
    for key in _COUNTS:
        known = _numbers(cell.get(key, ()))
        if len(known) == len(record.alts) + 1 and min(known) >= 0:
            return sum(known) - known[index + 1], known[index + 1]
    return _strelka(cell, record, index) or _alt_and_ref(cell, index) or _pairs(cell, index)


def _strelka(cell: Cell, record: Record, index: int) -> tuple[float, float] | None:
    """Tier 1 counts per base (AU, CU, GU, TU) of a substitution."""
    ref = number(at(cell.get(f"{record.ref}U", ()), 0))
    alt = number(at(cell.get(f"{record.alts[index]}U", ()), 0))
    return None if ref is None or alt is None else (ref, alt)


def _alt_and_ref(cell: Cell, index: int) -> tuple[float, float] | None:
    for alt_key, ref_key in _ALT_ONLY:
        # Strelka indels: TAR and TIR hold one number a tier, and tier 1 comes first.
        alt = number(at(cell.get(alt_key, ()), 0 if alt_key == "TIR" else index))
        ref = number(at(cell.get(ref_key, ()), 0))
        if alt is not None and ref is not None:
            return (max(0.0, ref - alt), alt) if ref_key == "NR" else (ref, alt)
    return _strands(cell.get("DP4", ()))


def _strands(values: Values) -> tuple[float, float] | None:
    """``DP4``: reference on either strand, then the allele on either strand."""
    known = _numbers(values)
    return (known[0] + known[1], known[2] + known[3]) if len(known) == 4 else None


def _pairs(cell: Cell, index: int) -> tuple[float, float] | None:
    """Spanning pairs and split reads of a structural call (PR, SR: reference, then allele)."""
    found = [cell[key] for key in ("PR", "SR") if len(cell.get(key, ())) > index + 1]
    values = [(number(pair[0]), number(pair[index + 1])) for pair in found]
    known = [(ref, alt) for ref, alt in values if ref is not None and alt is not None]
    return (sum(ref for ref, _ in known), sum(alt for _, alt in known)) if known else None


def _info_depth(record: Record) -> int | None:
    return _whole(_first(record.info, _ordered(_INFO_DEPTHS, record.info)))


def _ordered(keys: tuple[str, ...], fields: Cell) -> tuple[str, ...]:
    return (_FLOW_DEPTH, *keys) if _FLOW in fields else keys


def _depth(cell: Cell, record: Record) -> int | None:
    printed = _first(cell, _ordered(_DEPTHS, cell))
    if printed is not None:
        return _whole(printed)
    counts = _counts(cell, record, 0)
    return None if counts is None else _whole(sum(counts))


def _info_fraction(record: Record, index: int) -> tuple[float | None, str | None]:
    of_reads = any(key in record.info for key in _INFO_READS)
    keys = (*_INFO_FRACTIONS, *(_INFO_PLAIN if of_reads else ()))
    found, refused = _stated(keys, record.info, record, index)
    if found is None:
        found = _share(_strands(record.info.get("DP4", ())))
    return found, refused


def _numbers(values: Values) -> list[float]:
    """The values as numbers; none at all if one of them is not a number."""
    known = [number(text) for text in values]
    return [] if None in known else [value for value in known if value is not None]


def first_number(values: Cell, key: str) -> float | None:
    """The first value of a key as a number."""
    return number(at(values.get(key, ()), 0))


def _first(values: Cell, keys: Iterable[str]) -> float | None:
    found = (first_number(values, key) for key in keys)
    return next((value for value in found if value is not None), None)


def _whole(value: float | None) -> int | None:
    return None if value is None or value < 0 else round(value)


def at(values: Values, index: int) -> str:
    """The value for an allele; a single value stands for all alleles."""
    if len(values) == 1:
        return values[0]
    return values[index] if index < len(values) else ""
