"""Where an allele arose: a record and the normal column in, somatic, germline or unknown out.

The matched normal speaks first, then what the caller says in FILTER, INFO or the tumour column
(`data/vcf_flags.csv`). Without either, nobody can say: a tumour alone proves no somatic origin
(rule R46).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from parsers.vcf_columns import Columns
from parsers.vcf_records import Record
from parsers.vcf_samples import Call, State, call_of, is_seen
from pipeline.model import Origin
from pipeline.tables import packaged, rows
from pipeline.valued import cutoff


class Meaning(StrEnum):
    """What a word of a caller means."""

    NO_CALL = "no call"
    GERMLINE = "germline"
    SOMATIC = "somatic"
    CH = "ch"


_ORIGINS = {
    Meaning.GERMLINE: Origin.GERMLINE,
    Meaning.SOMATIC: Origin.SOMATIC,
    Meaning.CH: Origin.CH,
}


@dataclass(frozen=True, kw_only=True)
class Arisen:
    """The origin of an allele, and in words what says so."""

    origin: Origin
    because: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Flag:
    field: str
    key: str
    value: str
    meaning: Meaning


@cache
def _flags() -> tuple[_Flag, ...]:
    return tuple(
        _Flag(
            field=row["field"], key=row["key"], value=row["value"], meaning=Meaning(row["meaning"])
        )
        for row in rows(packaged("parsers", "vcf_flags.csv"))
    )


def filters_meaning(record: Record, meaning: Meaning) -> tuple[str, ...]:
    """The filters of a row that mean this."""
    words = {flag.key for flag in _flags() if flag.field == "FILTER" and flag.meaning is meaning}
    return tuple(word for word in record.filters or () if word in words)


def arisen(record: Record, index: int, columns: Columns) -> Arisen:
    """Where ALT number *index* (0-based) arose, as far as the file says."""
    by_normal = _by_normal(record, index, columns)
    said = tuple(_said(record, columns))
    origins = {origin for origin, _ in said}
    if by_normal.origin is not Origin.UNKNOWN or by_normal.because:
        return by_normal
    if len(origins) != 1:
        return Arisen(origin=Origin.UNKNOWN)
    origin, because = said[0]
    return Arisen(origin=origin, because=because)


def _by_normal(record: Record, index: int, columns: Columns) -> Arisen:
    if columns.normal is None:
        return Arisen(origin=Origin.UNKNOWN)
    normal = call_of(record, index, columns.normal)
    if _carries(normal):
        share = f" (VAF {normal.vaf:g})" if normal.vaf is not None else ""
        because = f"the normal {columns.normal} carries it{share}"
        return Arisen(origin=Origin.GERMLINE, because=because)
    if normal.state is State.ABSENT or (normal.vaf is not None and not is_seen(normal.vaf)):
        return Arisen(origin=Origin.SOMATIC, because=f"the normal {columns.normal} lacks it")
    if normal.vaf is None:
        return Arisen(origin=Origin.UNKNOWN)
    traces = f"the normal {columns.normal} shows it too (VAF {normal.vaf:g})"
    return Arisen(origin=Origin.UNKNOWN, because=traces)


def _carries(normal: Call) -> bool:
    if normal.vaf is not None:
        return normal.vaf >= cutoff("germline_normal_vaf")
    return normal.state is State.CALLED


def _said(record: Record, columns: Columns) -> Iterator[tuple[Origin, str]]:
    """What the caller's own words say, each with the word."""
    cell = record.calls.get(columns.tumour or "", {})
    fields = {"INFO": record.info, "FORMAT": cell}
    for flag in _flags():
        origin = _ORIGINS.get(flag.meaning)
        values = fields.get(flag.field, {}).get(flag.key)
        if origin is None or values is None:
            continue
        if not flag.value or flag.value in values:
            told = f"{flag.key}={flag.value}" if flag.value else flag.key
            yield origin, f"{flag.field} {told}"
