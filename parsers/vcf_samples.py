"""What a column says of an allele: a record and a column in, a call out.

Genotype and reads are two witnesses. Where only one of them speaks it is believed; where they
contradict each other, the allele is neither there nor absent, and says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from parsers.vcf_columns import Columns
from parsers.vcf_reads import Reads, at, first_number, of_info, of_sample
from parsers.vcf_records import Record, Values, number
from pipeline.valued import cutoff

_PAIRED = ("PR", "SR")  # reference, then allele (Manta)
_SUPPORT = ("VF", "BVF", "SU", "PE", "DV", "RV", "RC", "TSPLIT")
_SUPPORT_INFO = ("READ_COUNT", "READS", "SUPPORT", "RE", "SU", "PE", "SR", "VF", "BVF")


class State(StrEnum):
    """What a column says of an allele."""

    CALLED = "called"
    ABSENT = "the sample does not carry it"
    UNSEEN = "the genotype carries it, but no read does"
    NO_CALL = "not called"
    UNSTATED = "neither a genotype nor reads are given"
    CONTRADICTED = "the genotype and the reads contradict each other"

    @property
    def is_open(self) -> bool:
        """True if nobody can say whether the sample carries the allele."""
        return self in {State.UNSTATED, State.CONTRADICTED}


@dataclass(frozen=True, kw_only=True)
class Call:
    """An allele in a sample: *vaf* a fraction, *depth* reads, *refused* a value that is none."""

    state: State
    vaf: float | None = None
    depth: int | None = None
    refused: str | None = None


def call(record: Record, index: int, columns: Columns) -> Call:
    """What the tumour column says of ALT number *index* (0-based)."""
    if columns.tumour is None:
        return _sites_only(record, index)
    return call_of(record, index, columns.tumour)


def call_of(record: Record, index: int, sample: str) -> Call:
    """What one named column says of an ALT."""
    cell = record.calls[sample]
    reads = of_sample(record, index, cell, alone=len(record.calls) == 1)
    return _as_call(_state(cell, index, reads.vaf), reads)


def _as_call(state: State, reads: Reads) -> Call:
    return Call(state=state, vaf=reads.vaf, depth=reads.depth, refused=reads.refused)


def _state(cell: Mapping[str, Values], index: int, vaf: float | None) -> State:
    alleles = alleles_of(cell)
    if not alleles:
        return _by_reads(vaf)
    if alleles == ["."] and is_seen(vaf):
        return State.CONTRADICTED  # a placeholder of callers that give no genotypes, or no call
    if set(alleles) == {"."}:
        return State.NO_CALL
    if str(index + 1) in alleles:
        return State.UNSEEN if vaf == 0 else State.CALLED
    return State.CONTRADICTED if is_seen(vaf) else State.ABSENT


def is_seen(vaf: float | None) -> bool:
    """True if so many reads show the allele that no genotype can deny it."""
    return vaf is not None and vaf >= cutoff("contradicting_vaf")


def _by_reads(vaf: float | None) -> State:
    if vaf is None:
        return State.UNSTATED
    return State.CALLED if vaf > 0 else State.ABSENT


def alleles_of(cell: Mapping[str, Values]) -> list[str]:
    """The alleles of a genotype as printed (``0``, ``1``, ``.``); [] where none is given."""
    genotype = next(iter(cell.get("GT", ())), "")
    return [allele for allele in re.split(r"[/|]", genotype) if allele]


def _sites_only(record: Record, index: int) -> Call:
    """A file without sample columns: a call only if the line itself counts reads."""
    reads = of_info(record, index)
    return _as_call(_by_reads(reads.vaf), reads)


def support(record: Record, columns: Columns) -> float | None:
    """The most reads that any field of a structural line counts; None if no field counts any."""
    cell = record.calls.get(columns.tumour or "", {})
    counts = [number(at(cell.get(key, ()), 1)) for key in _PAIRED]
    counts += [first_number(cell, key) for key in _SUPPORT]
    counts += [first_number(record.info, key) for key in _SUPPORT_INFO]
    return max((count for count in counts if count is not None), default=None)


def structural_state(record: Record, index: int, columns: Columns) -> State:
    """What the tumour says of a structural allele, whose callers often give no genotype.

    A missing genotype (``.`` of GRIDSS, ``./.`` of fusion panels) is no answer: reads decide.
    """
    state = call(record, index, columns).state
    if alleles_of(record.calls.get(columns.tumour or "", {})) == ["."]:
        state = State.NO_CALL
    if state in {State.CONTRADICTED, State.UNSEEN}:
        return State.ABSENT
    if state not in {State.NO_CALL, State.UNSTATED}:
        return state
    reads = support(record, columns)
    if reads is None:
        return State.UNSTATED
    return State.CALLED if reads > 0 else State.NO_CALL
