"""A row of a VCF in, its faults against the specification (4.1 to 4.5) out.

In a file that is read only rows of panel genes are asked; the corpus of the specification is asked
row by row. Faults that would garble a finding hold the file (`vcf_records`); all others are named
notices.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import comb

from parsers.vcf_fault import Fault
from parsers.vcf_meta import Definition, Definitions, definitions, minor_version
from parsers.vcf_scan import Candidate

_CONTIG = re.compile(r"[0-9A-Za-z!#$%&+./;?@^_|~-]+|<[^<>\s]+>|HLA-[\w*:-]+")
_BASES = re.compile(r"[ACGTNacgtn]+")
_MATE = r"[^\[\]\s]+"
_BREAKEND = re.compile(
    rf"[ACGTNacgtn.]+(?:\[{_MATE}\[|\]{_MATE}\])|(?:\[{_MATE}\[|\]{_MATE}\])[ACGTNacgtn.]+"
)
_ALT = re.compile(r"[ACGTNacgtn]+|\*|<[^<>\s,]+>|\.[ACGTNacgtn]+|[ACGTNacgtn]+\.")
_QUALITY = re.compile(r"\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|\+?[Ii]nf(?:inity)?|[Nn]a[Nn]")
_KEY = re.compile(r"[A-Za-z_][0-9A-Za-z_.]*|1000G")
_OLD_KEY = re.compile(r"[0-9A-Za-z]+")
_NEW = 3
"""Before 4.3 a key of FORMAT is alphanumeric."""
_NO_SAMPLE = 9
_GENOTYPE = re.compile(r"[/|]?(?:\.|\d+)(?:[/|](?:\.|\d+))*")
_CIGAR = re.compile(r"(?:\d+[MIDNSHPX=])+")
_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf(?:inity)?|nan", re.IGNORECASE)
_LEAST, _MOST = -(1 << 31) + 8, (1 << 31) - 1
Said = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row with the two numbers its values are counted by."""

    fields: list[str]
    alleles: int
    definitions: Mapping[tuple[str, str], Definition]


def record_faults(
    lines: Iterable[Candidate], columns: tuple[str, ...], header: tuple[str, ...]
) -> Iterator[Fault]:
    """Faults of rows, and alleles that stand in more than one; *header* are its lines."""
    known, minor = definitions(header), minor_version(header)
    seen: dict[tuple[str, int, str, str], int] = {}
    for line in lines:
        for code, said in _faults(line.text, columns, known, minor):
            yield Fault(code=code, message=said, line=line.line)
        for allele in _alleles(line.text):
            if seen.setdefault(allele, line.line) != line.line:
                said = f"the allele stands on line {seen[allele]} too"
                yield Fault(code="duplicate_allele", message=said, line=line.line)


def _faults(text: str, columns: tuple[str, ...], known: Definitions, minor: int) -> Iterator[Said]:
    fields = text.split("\t")
    if len(fields) != len(columns):
        yield "column_count", f"the row has {len(fields)} columns, not {len(columns)}"
        return
    row = _Row(fields=fields, alleles=fields[4].count(",") + 1, definitions=known)
    yield from _places(fields)
    yield from _printed_alleles(fields[3], fields[4])
    yield from _filter(fields[6])
    yield from _info(row)
    if len(fields) > 8:
        yield from _samples(row, _OLD_KEY if minor < _NEW else _KEY)


def _places(fields: list[str]) -> Iterator[Said]:
    contig, position, names, quality = fields[0], fields[1], fields[2], fields[5]
    if not _CONTIG.fullmatch(contig):
        yield "chrom", f"{contig[:20]!r} is no name of a contig"
    if not position.isdigit():
        yield "pos", f"{position[:20]!r} is no position"
    parts = names.split(";")
    if "" in parts or re.search(r"\s", names) or len(set(parts)) != len(parts):
        yield "id", "an ID is empty, holds a space, or stands twice"
    if quality != "." and not _QUALITY.fullmatch(quality):
        yield "qual", f"QUAL {quality[:20]!r} is no number from nought"


def _printed_alleles(ref: str, alts: str) -> Iterator[Said]:
    if not _BASES.fullmatch(ref):
        yield "ref", f"{ref[:20]!r} is no reference allele"
    if alts == ".":
        return
    for alt in alts.split(","):
        if not (_ALT.fullmatch(alt) or _BREAKEND.fullmatch(alt)):
            yield "alt", f"{alt[:20]!r} is no allele"
        elif alt.upper() == ref.upper():
            yield "alt", "ALT is the reference allele"


def _filter(text: str) -> Iterator[Said]:
    parts = text.split(";")
    if "" in parts or "0" in parts or re.search(r"[\s,]", text):
        yield "filter", f"FILTER {text[:20]!r} is empty in part, 0, or holds a space or a comma"
    elif len(set(parts)) != len(parts):
        yield "filter", "FILTER names a filter twice"
    elif len(parts) > 1 and ("." in parts or "PASS" in parts):
        yield "filter", "FILTER names filters beside PASS or a missing value"


def _info(row: _Row) -> Iterator[Said]:
    text = row.fields[7]
    if text == ".":
        return
    entries = [each.partition("=") for each in text.removesuffix(";").split(";")]
    keys = [key for key, _, _ in entries]
    if re.search(r"\s", text):
        yield "info_space", "INFO holds a space"
    if "" in keys or text.endswith(";"):
        yield "info_empty", "INFO holds an empty entry"
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1 and key):
        yield "info_twice", f"INFO names {key[:20]} twice"
    for key, sign, value in entries:
        if key and not _KEY.fullmatch(key):
            yield "info_key", f"{key[:20]!r} is no key of INFO"
        yield from _entry(row, key, value if sign else None)


def _entry(row: _Row, key: str, value: str | None) -> Iterator[Said]:
    rule = row.definitions.get(("INFO", key))
    if rule is None:
        return
    if rule.type == "Flag":
        if value not in {None, "0", "1"}:
            yield "info_flag", f"the flag {key} has a value"
    elif value is None:
        yield "info_value", f"{key} has no value and is no flag"
    elif value != ".":
        if key == "CIGAR" and not all(_CIGAR.fullmatch(each) for each in value.split(",")):
            yield "info_value", "CIGAR is not in form"
        yield from _values("info", key, value, rule, _expected(rule.number, row.alleles, None))


def _expected(number: str | None, alleles: int, ploidy: int | None) -> int | None:
    """How many values a key has, where that is fixed."""
    if number is None:
        return None
    if number.isdigit():
        return int(number)
    if number == "G":
        return None if ploidy is None else comb(ploidy + alleles, ploidy)
    return {"A": alleles, "R": alleles + 1, "P": ploidy}.get(number)


def _values(
    where: str, key: str, text: str, rule: Definition, expected: int | None
) -> Iterator[Said]:
    values = text.split(",")
    if expected is not None and len(values) != expected and text != ".":
        yield f"{where}_number", f"{key} has {len(values)} values, not {expected}"
    for value in values:
        if value in {".", ""}:
            continue
        said = _wrong_type(value, rule)
        if said:
            yield f"{where}_type", f"{key} {value[:20]!r} {said}"
            return


def _wrong_type(value: str, rule: Definition) -> str | None:
    if rule.type == "Integer":
        if not _INTEGER.fullmatch(value):
            return "is no integer"
        if not _LEAST <= int(value) <= _MOST:
            return "is beyond 32 bits"
    if rule.type == "Float" and not _FLOAT.fullmatch(value):
        return "is no number"
    if rule.type == "Character" and len(value) != 1:
        return "is no single character"
    if rule.minimum is not None and _FLOAT.fullmatch(value) and float(value) < rule.minimum:
        return f"is below {rule.minimum:g}"
    return None


def _samples(row: _Row, rule: re.Pattern[str]) -> Iterator[Said]:
    keys = row.fields[8].split(":")
    if row.fields[8] == "." or (not row.fields[8] and len(row.fields) == _NO_SAMPLE):
        return
    if any(not rule.fullmatch(key) for key in keys):
        yield "format_key", f"{row.fields[8][:30]!r} holds what is no key of FORMAT"
    if len(set(keys)) != len(keys):
        yield "format_twice", "FORMAT names a key twice"
    if "GT" in keys[1:]:
        yield "format_order", "GT is not the first key of FORMAT"
    for cell in row.fields[9:]:
        yield from _sample(row, keys, cell)


def _sample(row: _Row, keys: list[str], cell: str) -> Iterator[Said]:
    values = cell.split(":")
    if len(values) > len(keys):
        yield "sample_values", "a sample has more values than FORMAT has keys"
    by_key = dict(zip(keys, values, strict=False))
    genotype = by_key.get("GT")
    if genotype is not None:
        yield from _genotype(genotype, row.alleles if row.fields[4] != "." else 0)
    ploidy = len(re.split(r"[/|]", genotype.lstrip("/|"))) if genotype not in {None, "."} else None
    for key, value in by_key.items():
        rule = row.definitions.get(("FORMAT", key))
        if rule is not None and key != "GT":
            alleles = row.alleles if row.fields[4] != "." else 0
            yield from _values("sample", key, value, rule, _expected(rule.number, alleles, ploidy))


def _genotype(text: str, alleles: int) -> Iterator[Said]:
    if not _GENOTYPE.fullmatch(text):
        yield "genotype", f"{text[:20]!r} is no genotype"
    elif any(int(each) > alleles for each in re.findall(r"\d+", text)):
        yield "genotype", f"the genotype {text[:20]} names an allele that is not there"


def _alleles(text: str) -> Iterator[tuple[str, int, str, str]]:
    """Plain alleles of a row in their shortest form, so that the same change is the same."""
    fields = text.split("\t", 5)
    if len(fields) < 5 or not fields[1].isdigit() or not _BASES.fullmatch(fields[3]):
        return
    for alt in fields[4].split(","):
        if _BASES.fullmatch(alt):
            position, ref, end = int(fields[1]), fields[3].upper(), alt.upper()
            while len(ref) > 1 and len(end) > 1 and ref[-1] == end[-1]:
                ref, end = ref[:-1], end[:-1]
            while len(ref) > 1 and len(end) > 1 and ref[0] == end[0]:
                position, ref, end = position + 1, ref[1:], end[1:]
            yield fields[0], position, ref, end
