"""Which column is the tumour, and what it says of an allele: a header or a record in, a call out.

The tumour column is chosen by evidence, never by order. VAF and depth come from the caller's own
fields, named in the tables below (fraction fields first, then counts).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from parsers.vcf_header import Header, attributes
from parsers.vcf_records import Record, Values, number
from pipeline.errors import HeldError

_TUMOUR_WORDS = {"tumor", "tumour", "tumoral", "somatic", "primary", "metastasis", "cancer"}
_NORMAL_WORDS = {"normal", "germline", "blood", "control", "pbmc", "constitutional", "reference"}
_PAIR = re.compile(r"^(?P<stem>.+?)(?P<mark>[tnr])(?P<end>\d*)$", re.IGNORECASE)
_FRACTIONS = ("AF", "VAF", "FREQ", "FA", "VF", "TVAF", "ALT_AF", "FAF")
_DEPTHS = ("DP", "DPT", "TDP", "FDP", "NR", "DEPTH")
_COUNTS = ("AD", "ADT", "TAD")
_ALT_ONLY = (("AO", "RO"), ("FAO", "FRO"), ("AD", "RD"), ("NV", "NR"), ("TIR", "TAR"))
_INFO_FRACTIONS = ("TVAF", "TUMOR_AF", "TUMOR_VAF", "T_AF", "TAF")
_INFO_PLAIN = ("AF", "VAF")
_INFO_READS = ("AO", "FAO", "DP4", "SAF", "TC")  # beside these AF is of reads, not of a population
_INFO_DEPTHS = ("TDP", "TUMOR_DP", "T_DP", "DP", "FDP")
_PAIRED = ("PR", "SR")  # reference, then allele (Manta)
_SUPPORT = ("VF", "BVF", "SU", "PE", "DV", "RV", "RC", "TSPLIT")
_SUPPORT_INFO = ("READ_COUNT", "READS", "SUPPORT", "SU", "PE", "SR", "VF", "BVF")


class State(StrEnum):
    """What a column says of an allele."""

    CALLED = "called"
    ABSENT = "the sample does not carry it"
    NO_CALL = "not called"
    UNSTATED = "neither a genotype nor reads are given"


@dataclass(frozen=True, kw_only=True)
class Call:
    """An allele in the tumour: *vaf* a fraction, *depth* reads."""

    state: State
    vaf: float | None = None
    depth: int | None = None


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The tumour column and, if there is one, its normal; None where the file has no samples."""

    tumour: str | None
    normal: str | None = None


def choose(header: Header, wanted: str | None) -> Columns:
    """The tumour column by evidence; `HeldError` where evidence is missing or contradicts."""
    names = header.samples
    if not names:
        return Columns(tumour=None)
    tumours, normals = _stated(header, wanted)
    if not tumours and not normals:
        tumours, normals = _by_name(names)
    if tumours & normals or len(tumours) > 1:
        raise _ambiguous("the header and the names contradict each other or name two tumours")
    rest = set(names) - normals
    tumour = next(iter(tumours), None) or (rest.pop() if len(rest) == 1 else None)
    if tumour is None:
        raise _ambiguous("nothing says which one is the tumour")
    other = next((name for name in names if name in normals), None)
    return Columns(tumour=tumour, normal=other)


def _ambiguous(why: str) -> HeldError:
    return HeldError("tumour_column", f"The tumour column is not certain: {why}.")


def _stated(header: Header, wanted: str | None) -> tuple[set[str], set[str]]:
    """Columns that the manifest or the header call tumour, and those they call normal."""
    pairs = [attributes(text) for text in header.values("PEDIGREE")]
    tumours = {*header.values("tumor_sample"), *header.values("tumour_sample")}
    normals = set(header.values("normal_sample"))
    for pair in pairs:
        if "Original" in pair:
            tumours.add(pair.get("Derived") or pair.get("ID", ""))
            normals.add(pair["Original"])
    if wanted:
        tumours.add(wanted)
    names = set(header.samples)
    return tumours & names, normals & names


def _by_name(names: Values) -> tuple[set[str], set[str]]:
    words = {name: set(re.split(r"[^a-z]+", name.lower())) for name in names}
    tumours = {name for name in names if words[name] & _TUMOUR_WORDS}
    normals = {name for name in names if words[name] & _NORMAL_WORDS}
    if tumours or normals or len(names) != 2:
        return tumours, normals
    marks = [_PAIR.match(name) for name in names]
    first, second = marks
    if not first or not second or first["stem"].lower() != second["stem"].lower():
        return set(), set()
    kinds = {hit["mark"].lower(): name for hit, name in zip((first, second), names, strict=True)}
    other = kinds.get("n") or kinds.get("r")  # COLO829T beside COLO829R, the reference sample
    return ({kinds["t"]}, {other}) if "t" in kinds and other else (set(), set())


def call(record: Record, index: int, columns: Columns) -> Call:
    """What the tumour column says of ALT number *index* (0-based)."""
    if columns.tumour is None:
        return _sites_only(record, index)
    cell = record.calls[columns.tumour]
    vaf, depth = _fraction(cell, record, index), _depth(cell, record)
    if vaf is None and len(record.calls) == 1:
        vaf = _info_fraction(record, index)
    if depth is None and len(record.calls) == 1:
        depth = _whole(_first_number(record.info, _INFO_DEPTHS))
    return Call(state=_state(cell, index, vaf), vaf=_rounded(vaf), depth=depth)


def _rounded(vaf: float | None) -> float | None:
    """Four decimals: what depths of sequencing can tell apart."""
    return None if vaf is None else round(vaf, 4)


def _state(cell: Mapping[str, Values], index: int, vaf: float | None) -> State:
    genotype = cell.get("GT", ("",))[:1]
    alleles = re.split(r"[/|]", genotype[0]) if genotype and genotype[0] else []
    if alleles and all(allele == "." for allele in alleles):
        return State.NO_CALL
    if vaf == 0:
        return State.ABSENT
    if alleles:
        return State.CALLED if str(index + 1) in alleles else State.ABSENT
    return State.UNSTATED if vaf is None else State.CALLED


def _sites_only(record: Record, index: int) -> Call:
    """A file without sample columns: a call only if the line itself counts reads."""
    vaf, depth = _info_fraction(record, index), _first_number(record.info, _INFO_DEPTHS)
    if vaf is None or depth is None:
        return Call(state=State.UNSTATED, depth=_whole(depth))
    state = State.ABSENT if vaf == 0 else State.CALLED
    return Call(state=state, vaf=_rounded(vaf), depth=_whole(depth))


def _fraction(cell: Mapping[str, Values], record: Record, index: int) -> float | None:
    for key in _FRACTIONS:
        found = _as_fraction(_of_allele(cell.get(key, ()), record, index))
        if found is not None:
            return found
    counts = _counts(cell, record, index)
    if counts is None or sum(counts) <= 0:
        return None
    return counts[1] / sum(counts)


def _of_allele(values: Values, record: Record, index: int) -> str:
    """The fraction for one ALT, from one value an ALT or one an allele; else nothing is read.

    A decimal comma splits ``0,31`` into two values that are no fractions of two alleles.
    """
    if len(values) == len(record.alts) + 1:
        if len(values) == 2 and values[1].endswith("%"):
            return ",".join(values)
        fit = all(_as_fraction(value) is not None for value in values)
        return values[index + 1] if fit else ""
    return _at(values, index) if len(values) in {1, len(record.alts)} else ""


def _as_fraction(text: str) -> float | None:
    """``0.31``, ``31%`` and ``31,5%`` as a fraction; a bare number above 1 says nothing."""
    if text.endswith("%"):
        value = number(text[:-1].replace(",", "."))
        return None if value is None or not 0 <= value <= 100 else value / 100
    value = number(text)
    return value if value is not None and 0 <= value <= 1 else None


def _counts(cell: Mapping[str, Values], record: Record, index: int) -> tuple[float, float] | None:
    """Reads for and against the allele, from whatever counts the caller gives."""
    for key in _COUNTS:
        values = [number(text) for text in cell.get(key, ())]
        if len(values) == len(record.alts) + 1 and None not in values:
            known = [value for value in values if value is not None]
            return sum(known) - known[index + 1], known[index + 1]
    return _strelka(cell, record, index) or _alt_and_ref(cell, index) or _pairs(cell, index)


def _strelka(cell: Mapping[str, Values], record: Record, index: int) -> tuple[float, float] | None:
    """Tier 1 counts per base (AU, CU, GU, TU) of a substitution."""
    ref = number(_at(cell.get(f"{record.ref}U", ()), 0))
    alt = number(_at(cell.get(f"{record.alts[index]}U", ()), 0))
    return None if ref is None or alt is None else (ref, alt)


def _alt_and_ref(cell: Mapping[str, Values], index: int) -> tuple[float, float] | None:
    for alt_key, ref_key in _ALT_ONLY:
        alt = number(_at(cell.get(alt_key, ()), 0 if alt_key == "TIR" else index))
        ref = number(_at(cell.get(ref_key, ()), 0))
        if alt is not None and ref is not None:
            return (max(0.0, ref - alt), alt) if ref_key == "NR" else (ref, alt)
    four = [number(text) for text in cell.get("DP4", ())]
    if len(four) == 4 and None not in four:
        known = [value for value in four if value is not None]
        return known[0] + known[1], known[2] + known[3]
    return None


def _pairs(cell: Mapping[str, Values], index: int) -> tuple[float, float] | None:
    """Spanning pairs and split reads of a structural call (PR, SR: reference, then allele)."""
    found = [cell[key] for key in ("PR", "SR") if len(cell.get(key, ())) > index + 1]
    values = [(number(pair[0]), number(pair[index + 1])) for pair in found]
    known = [(ref, alt) for ref, alt in values if ref is not None and alt is not None]
    return (sum(ref for ref, _ in known), sum(alt for _, alt in known)) if known else None


def _depth(cell: Mapping[str, Values], record: Record) -> int | None:
    printed = _first_number(cell, _DEPTHS)
    if printed is not None:
        return _whole(printed)
    counts = _counts(cell, record, 0)
    return None if counts is None else _whole(sum(counts))


def _info_fraction(record: Record, index: int) -> float | None:
    of_reads = any(key in record.info for key in _INFO_READS)
    for key in (*_INFO_FRACTIONS, *(_INFO_PLAIN if of_reads else ())):
        found = _as_fraction(_at(record.info.get(key, ()), index))
        if found is not None:
            return found
    four = [number(text) for text in record.info.get("DP4", ())]
    known = [value for value in four if value is not None]
    if len(known) != 4 or not any(known):
        return None
    return (known[2] + known[3]) / (known[0] + known[1] + known[2] + known[3])


def _first_number(values: Mapping[str, Values], keys: Values) -> float | None:
    found = (number(_at(values.get(key, ()), 0)) for key in keys)
    return next((value for value in found if value is not None), None)


def _whole(value: float | None) -> int | None:
    return None if value is None or value < 0 else round(value)


def _at(values: Values, index: int) -> str:
    """The value for an allele; a single value stands for all alleles."""
    if len(values) == 1:
        return values[0]
    return values[index] if index < len(values) else ""


def support(record: Record, columns: Columns) -> float | None:
    """The most reads that any field of a structural line counts; None if no field counts any."""
    cell = record.calls.get(columns.tumour or "", {})
    counts = [number(_at(cell.get(key, ()), 1)) for key in _PAIRED]
    counts += [_first_number(cell, (key,)) for key in _SUPPORT]
    counts += [_first_number(record.info, (key,)) for key in _SUPPORT_INFO]
    return max((count for count in counts if count is not None), default=None)


def structural_state(record: Record, index: int, columns: Columns) -> State:
    """What the tumour says of a structural allele, whose callers often give no genotype.

    A missing genotype (``.`` of GRIDSS, ``./.`` of fusion panels) is no answer: reads decide.
    """
    state = call(record, index, columns).state
    if state not in {State.NO_CALL, State.UNSTATED}:
        return state
    reads = support(record, columns)
    if reads is None:
        return State.UNSTATED
    return State.CALLED if reads > 0 else State.NO_CALL
