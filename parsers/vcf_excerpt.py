"""A VCF and the number of one line in, that line out, each of its fields as the header explains it.

For a person who looks at the line behind a finding: nothing is concluded here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

from parsers import vcf_header, vcf_meta
from parsers.vcf_bytes import ByteBlocks, whole_lines
from parsers.vcf_header import Header
from pipeline.errors import UnreadableError

_FIXED = {
    "CHROM": "chromosome",
    "POS": "position on it, counted from 1",
    "ID": "names under which others know it",
    "REF": "what the reference has",
    "ALT": "what was seen instead",
    "QUAL": "quality of the call (Phred)",
}
_MOST_ENTRIES = 50
_MOST_LETTERS = 20_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a line; *sample* is None but in a sample's column, *meaning* as the header says.

    *entries* are the annotations of a field with bars, each with its names and values.
    """

    column: str
    key: str
    value: str
    meaning: str | None = None
    sample: str | None = None
    entries: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """One line of a VCF as it stands (*is_cut* if it is longer than shown) and its fields."""

    text: str
    is_cut: bool
    fields: tuple[Field, ...]


def excerpt(source: IO[bytes], number: int) -> Excerpt:
    """Line *number* of the file, counted from 1, with what its header says of each field.

    Raises:
        UnreadableError: there is no such line.
        HeldError: the file is packed, and damaged before that line.
    """
    head, line = _found(source, number)
    columns = next((each for each in head if each.startswith("#CHROM")), "#CHROM")
    header = vcf_header.parse(
        tuple(each for each in head if each.startswith("##")), tuple(columns[1:].split("\t"))
    )
    return Excerpt(
        text=line[:_MOST_LETTERS],
        is_cut=len(line) > _MOST_LETTERS,
        fields=tuple(_fields(line.split("\t"), header)),
    )


def _found(source: IO[bytes], number: int) -> tuple[list[str], str]:
    """The header lines and the line that is wanted, in one pass that ends there."""
    head: list[str] = []
    before = 0
    for piece in whole_lines(ByteBlocks(source)):
        text = piece.text[: piece.end]
        count = text.count(b"\n")
        lines = text.split(b"\n") if before + count >= number or not _is_past(head) else ()
        head += [_decoded(each) for each in lines if each.startswith(b"#")]
        if before < number <= before + count:
            return head, _decoded(lines[number - before - 1])
        before += count
    raise UnreadableError("no_such_line", "the file has no such line")


def _is_past(head: list[str]) -> bool:
    return bool(head) and head[-1].startswith("#CHROM")


def _decoded(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", "replace")


def _fields(cells: list[str], header: Header) -> Iterator[Field]:
    for (column, meaning), value in zip(_FIXED.items(), cells, strict=False):
        yield Field(column=column, key=column, value=_short(value), meaning=meaning)
    described = _descriptions(header)
    for each in cells[6:7]:
        yield from _filters(each, described)
    for each in cells[7:8]:
        yield from _info(each, header, described)
    keys = cells[8].split(":") if len(cells) > 8 else []
    for at, cell in enumerate(cells[9:]):
        sample = header.samples[at] if at < len(header.samples) else f"column {at + 10}"
        for key, value in zip(keys, cell.split(":"), strict=False):
            yield Field(
                column="FORMAT",
                key=key,
                value=_short(unquote(value)),
                meaning=described.get(("FORMAT", key)),
                sample=sample,
            )


def _filters(text: str, described: dict[tuple[str, str], str]) -> Iterator[Field]:
    own = {"PASS": "every filter was passed", ".": "no filter was applied"}
    for each in text.split(";"):
        meaning = described.get(("FILTER", each)) or own.get(each)
        yield Field(column="FILTER", key="FILTER", value=_short(each), meaning=meaning)


def _info(text: str, header: Header, described: dict[tuple[str, str], str]) -> Iterator[Field]:
    for each in text.split(";") if text != "." else ():
        key, found, value = each.partition("=")
        names = header.annotation_fields(key)
        yield Field(
            column="INFO",
            key=key,
            value=_short(unquote(value)) if found else "stated",
            meaning=described.get(("INFO", key)),
            entries=tuple(_entries(value, names)) if names and "|" in value else (),
        )


def _entries(value: str, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, str], ...]]:
    for each in value.split(",")[:_MOST_ENTRIES]:
        parts = zip(names, each.split("|"), strict=False)
        yield tuple((name, _short(unquote(part))) for name, part in parts if part)


def _descriptions(header: Header) -> dict[tuple[str, str], str]:
    """What the header says of each key, by kind and key; the first line counts."""
    found: dict[tuple[str, str], str] = {}
    for kind in ("FILTER", "INFO", "FORMAT"):
        for text in header.values(kind):
            parts = {each.key: each.value for each in vcf_meta.attributes(text) or ()}
            if "ID" in parts and parts.get("Description"):
                said = parts["Description"].replace('\\"', '"')
                found.setdefault((kind, parts["ID"]), _short(said))
    return found


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]} …"
