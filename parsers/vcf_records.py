"""Candidate lines of a VCF in, records out: the only file that knows pyvcf3.

pyvcf3 refuses headers the specification allows, cuts `Number=1` strings at a comma and keeps the
last of two equal keys. It is therefore given a header of our own in which every key of the line
is a list of strings, and FORMAT keys it cannot take as names are replaced and put back.
"""

import io
import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import vcf

from parsers.vcf_scan import Candidate
from pipeline.errors import HeldError

Values = tuple[str, ...]
_STRUCTURAL = re.compile(r"[<\[\]]")
_KEY = re.compile(r"^[^\s,<>\"]+$")
_ALT = re.compile(r"[ACGTNacgtn]+|[.*]?|<[^<>\s]+>|\.[ACGTNacgtn]+|[ACGTNacgtn]+\.|.*[\[\]].*")
_GENOTYPE = re.compile(r"[/|]?(?:\.|\d{1,5})(?:[/|](?:\.|\d{1,5}))*")
_BASES = re.compile(r"^[ACGTNacgtnRYSWKMBDHVryswkmbdhv]+$")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record as printed. *filters* is None for ``.`` and () for PASS; flags are ()."""

    line: int
    text: str
    contig: str
    position: int
    id: str | None
    ref: str
    alts: Values
    filters: Values | None
    info: Mapping[str, Values]
    calls: Mapping[str, Mapping[str, Values]]

    def number(self, key: str) -> float | None:
        """The first value of an INFO key as a number, or None."""
        return number(next(iter(self.info.get(key, ())), ""))

    def raw_info(self, key: str) -> str | None:
        """The text of an INFO key as it stands in the line, commas and all."""
        return self._raw_values.get(key)

    # Every annotator's key is asked of every record: INFO is taken apart once.
    @cached_property
    def raw_entries(self) -> Values:
        """The entries of INFO as they stand in the line."""
        return tuple(self.text.split("\t", 8)[7].split(";"))

    @cached_property
    def _raw_values(self) -> dict[str, str]:
        """Keys and texts of INFO without its flags; the first counts if a key stands twice."""
        parts = (each.partition("=") for each in reversed(self.raw_entries))
        return {key: text for key, sign, text in parts if sign}


def number(text: str) -> float | None:
    """A finite number, or None; a decimal comma and ``nan`` are not numbers."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -1e18 < value < 1e18 else None


def records(candidates: Iterable[Candidate], columns: tuple[str, ...]) -> tuple[Record, ...]:
    """Every candidate as a record; `HeldError` names a line that cannot be read."""
    lines = list(candidates)
    prepared = [_prepared(candidate, columns) for candidate in lines]
    text = "\n".join([_header(prepared, columns), *("\t".join(fields) for fields, _ in prepared)])
    reader = vcf.Reader(fsock=io.StringIO(text + "\n"), strict_whitespace=True)
    return tuple(
        _record(reader, candidate, keys, columns)
        for candidate, (_, keys) in zip(lines, prepared, strict=True)
    )


def _prepared(candidate: Candidate, columns: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The fields of a line made safe for pyvcf3, and its FORMAT keys as printed."""
    fields = candidate.text.split("\t")
    if not fields[1].isdigit() or not fields[3] or not fields[4]:
        raise _unreadable(candidate, "its position or an allele is missing or not in form")
    if fields[3] == "." and _STRUCTURAL.search(fields[4]):
        fields[3] = "N"
    if not _BASES.match(fields[3]):
        raise _unreadable(candidate, f"{fields[3][:20]!r} is not a reference allele")
    strange = next((alt for alt in fields[4].split(",") if not _ALT.fullmatch(alt)), None)
    if strange is not None:
        raise _unreadable(candidate, f"{strange[:20]!r} is not an allele")
    fields[7] = fields[7] or "."
    keys = fields[8].split(":") if len(columns) > 8 else []
    if len(set(keys)) != len(keys):
        raise _unreadable(candidate, "its FORMAT names a key twice")
    if keys:
        _check_genotypes(fields, keys, candidate)
        fields[8] = ":".join(_name(key, at) for at, key in enumerate(keys))
        fields[9:] = [_trimmed(cell, keys, candidate) for cell in fields[9:]]
    # pyvcf3 takes a bracket within a symbolic name for a breakend: alleles are read without it.
    fields[4] = "."
    return fields, keys


def _check_genotypes(fields: list[str], keys: list[str], candidate: Candidate) -> None:
    """Raise where a genotype names no allele of its row: it may be of a row that was split."""
    if "GT" not in keys:
        return
    at, most = keys.index("GT"), fields[4].count(",") + 1
    for cell in fields[9:]:
        genotype = next(iter(cell.split(":")[at : at + 1]), "")
        if genotype and not (
            _GENOTYPE.fullmatch(genotype)
            and all(int(each) <= most for each in re.findall(r"\d+", genotype))
        ):
            raise _unreadable(candidate, f"the genotype {genotype[:20]!r} names no allele of it")


def _trimmed(cell: str, keys: list[str], candidate: Candidate) -> str:
    if cell.count(":") >= len(keys):
        raise _unreadable(candidate, "a sample has more values than FORMAT has keys")
    return cell or "."


def _unreadable(candidate: Candidate, why: str) -> HeldError:
    return HeldError("bad_row", f"Line {candidate.line}, in a panel gene, cannot be read: {why}.")


def _name(key: str, at: int) -> str:
    plain = key.isidentifier() and not keyword.iskeyword(key) and not key.startswith("_")
    return key if plain else f"field{at}"


def _header(prepared: list[tuple[list[str], list[str]]], columns: tuple[str, ...]) -> str:
    """A header in which every INFO and FORMAT key is a list of strings, so nothing is converted."""
    info = {entry.partition("=")[0] for fields, _ in prepared for entry in fields[7].split(";")}
    formats = {name for fields, keys in prepared if keys for name in fields[8].split(":")}
    lines = ["##fileformat=VCFv4.2"]
    lines += [_definition("INFO", key) for key in sorted(info) if _KEY.match(key)]
    lines += [_definition("FORMAT", key) for key in sorted(formats)]
    return "\n".join([*lines, "\t".join(columns)])


def _definition(kind: str, key: str) -> str:
    return f'##{kind}=<ID={key},Number=.,Type=String,Description="-">'


def _record(
    reader: vcf.Reader, candidate: Candidate, keys: list[str], columns: tuple[str, ...]
) -> Record:
    try:
        read = next(reader)
    except (ValueError, IndexError, TypeError, KeyError, AttributeError, StopIteration) as error:
        raise _unreadable(candidate, "its fields are not in the form of a VCF") from error
    fields = candidate.text.split("\t")
    calls = {
        call.sample: dict(zip(keys, (_values(value) for value in call.data), strict=True))
        for call in read.samples
    }
    return Record(
        line=candidate.line,
        text=candidate.text,
        contig=read.CHROM,
        position=read.POS,
        id=read.ID,
        ref=read.REF.upper(),
        alts=tuple(_allele(alt) for alt in fields[4].split(",")),
        filters=_filters(fields[6]),
        info={key: _values(value) for key, value in read.INFO.items()},
        calls=calls if len(columns) > 9 else {},
    )


def _allele(alt: str) -> str:
    return alt.upper() if _BASES.match(alt) else alt


def _filters(text: str) -> Values | None:
    if text in {".", ""}:
        return None
    return () if text.upper() == "PASS" else tuple(text.split(";"))


def _values(value: object) -> Values:
    """What pyvcf3 gives (None, True, a string or a list of strings), as printed values."""
    if value is None or value is True:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple("." if part is None else str(part) for part in value)
    return (str(value),)
