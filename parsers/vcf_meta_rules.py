"""The header of a VCF in, its faults against the specification (4.1 to 4.5) out.

None of them can lose a record: the file is read, and each fault is a named notice.
"""

import re
from collections.abc import Iterator

from parsers.vcf_fault import Fault
from parsers.vcf_meta import Attribute, attributes, minor_version, reserved

_VERSION = re.compile(r"##fileformat=VCFv4\.[0-5]")
_STRUCTURED = {"INFO", "FORMAT", "FILTER", "ALT", "contig", "SAMPLE", "META"}
_ORDER = {
    "INFO": ("ID", "Number", "Type", "Description"),
    "FORMAT": ("ID", "Number", "Type", "Description"),
    "FILTER": ("ID", "Description"),
    "ALT": ("ID", "Description"),
    "META": ("ID", "Type", "Number", "Values"),
    "contig": ("ID",),
    "SAMPLE": ("ID",),
}
_NUMBER = re.compile(r"\d+|[ARG.MP]|L[ARG]")
_TYPES = {"Integer", "Float", "Flag", "Character", "String"}
_KEY = re.compile(r"[A-Za-z_][0-9A-Za-z_.]*|1000G")
_PLAIN_NAME = re.compile(r"[0-9A-Za-z!#$%&+./:;?@^_|~-]+|HLA-[\w*:-]+")
_SAMPLE_NAME = re.compile(r"[^\s,<>*]+")
_ALT_NAME = re.compile(
    r"(?:DEL|INS|DUP|INV|CNV|BND|TRA)(?::[^\s,<>]+)*|CNV\d+|CN\d+|\*|NON_REF|X|[A-Z]"
)
_NEW_ALT_NAME = re.compile(rf"{_ALT_NAME.pattern}|[^\s,<>:]+")
_SPACELESS = re.compile(r"[^\s,<>]+")
_NEW = 3
"""From 4.3 on names may hold more, and SAMPLE less."""
_OLD_SAMPLE = ("ID", "Genomes", "Mixture", "Description")
_URL = re.compile(
    r"<?\w+://(?=[^/:]*[A-Za-z]|[\d.]+[/:])(?!\d+[:/])(?:[\w.-]+@)?[\w.-]+(?::\d+)?(?:/\S*)?>?"
)
_PEDIGREE_NAME = re.compile(r"[\w.-]+")


def header_faults(lines: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[Fault]:
    """Faults of the meta lines (without #CHROM), line numbers from 1, and of the column names."""
    if not lines or not lines[0].startswith("##fileformat="):
        yield Fault(code="no_fileformat", message="the first line names no version", line=1)
    elif not _VERSION.fullmatch(lines[0].rstrip()):
        yield Fault(code="version", message=f"{lines[0][13:40]!r} is no version of VCF 4", line=1)
    minor = minor_version(lines)
    for number, line in enumerate(lines, start=1):
        said = _meta(line, minor)
        yield from (Fault(code=code, message=text, line=number) for code, text in said)
    here = len(lines) + 1
    if columns[8:] == ("FORMAT",):
        yield Fault(code="no_samples", message="FORMAT stands without a sample", line=here)
    if "" in columns:
        yield Fault(code="unnamed_column", message="a column has no name", line=here)


Said = tuple[str, str]


def _meta(line: str, minor: int) -> Iterator[Said]:
    key, _, text = line[2:].partition("=")
    if not key.strip() or not text.strip():
        yield "meta_no_value", "the header line is not a key and a value"
        return
    if key.startswith("pedigreeDB") or key == "assembly":
        if "://" in text and not _URL.fullmatch(text):
            yield "meta_url", f"{key} is not an address"
        elif text.strip() == "<>":
            yield "meta_no_value", f"{key} is empty"
        return
    if key == "PEDIGREE":
        yield from _pedigree(text)
        return
    if key not in _STRUCTURED:
        return
    found = attributes(text)
    if found is None or not found:
        yield "meta_malformed", f"the {key} line cannot be taken apart"
        return
    yield from _structured(key, found, minor)


def _structured(key: str, found: tuple[Attribute, ...], minor: int) -> Iterator[Said]:
    keys = tuple(each.key for each in found)
    parts = {each.key: each for each in found}
    wanted = _OLD_SAMPLE if key == "SAMPLE" and minor < _NEW else _ORDER[key]
    missing = [name for name in wanted if name not in parts and key != "META"]
    if missing:
        yield "meta_attribute_missing", f"the {key} line lacks {', '.join(missing)}"
    in_order = [name for name in keys if name in wanted]
    if in_order != [name for name in wanted if name in parts] and key != "META":
        yield "meta_order", f"the attributes of the {key} line stand in another order"
    if len(set(keys)) != len(keys):
        yield "meta_malformed", f"the {key} line names an attribute twice"
    if "Description" in parts and not parts["Description"].is_quoted:
        yield "meta_unquoted", f"the Description of the {key} line is not in quotes"
    if "ID" in parts:
        yield from _name(key, parts["ID"].value, minor)
    if key == "SAMPLE" and minor < _NEW:
        quoted = [each.key for each in found if each.is_quoted and each.key != "Description"]
        if quoted:
            yield "meta_quoted", f"{quoted[0]} of the SAMPLE line stands in quotes"
    if key in {"INFO", "FORMAT"}:
        yield from _defined(key, parts)
    elif key in {"META", "ALT"}:
        yield from _typed(key, parts)
        yield from _extra(key, keys)
    if key == "META" and not parts.get("Values", found[0]).value.startswith("["):
        yield "meta_malformed", "the Values of the META line are no list"


def _extra(key: str, keys: tuple[str, ...]) -> Iterator[Said]:
    """ALT lines with Number and Type are seen in old files; their order is fixed."""
    pair = [name for name in keys if name in {"Number", "Type"}]
    if key == "ALT" and pair == ["Type", "Number"]:
        yield "meta_order", "the attributes of the ALT line stand in another order"


def _name(key: str, name: str, minor: int) -> Iterator[Said]:
    rule = {
        "INFO": _KEY,
        "FORMAT": _KEY,
        "ALT": _ALT_NAME if minor < _NEW else _NEW_ALT_NAME,
        "contig": _PLAIN_NAME if minor >= _NEW else _SPACELESS,
        "SAMPLE": _SAMPLE_NAME,
    }.get(key)
    if rule is not None and not rule.fullmatch(name):
        yield "meta_name", f"{name[:20]!r} is no name for {key}"
    if key == "FILTER" and (name == "0" or re.search(r"[\s;,]", name)):
        yield "meta_name", f"{name[:20]!r} is no name for a filter"


def _typed(key: str, parts: dict[str, Attribute]) -> Iterator[Said]:
    number, kind = parts.get("Number"), parts.get("Type")
    if number is not None and not _NUMBER.fullmatch(number.value):
        yield "meta_number", f"Number={number.value[:10]} of a {key} line is not known"
    if kind is not None and kind.value not in _TYPES:
        yield "meta_type", f"Type={kind.value[:10]} of a {key} line is not known"


def _defined(key: str, parts: dict[str, Attribute]) -> Iterator[Said]:
    yield from _typed(key, parts)
    name, number, kind = (
        parts[each].value if each in parts else None for each in ("ID", "Number", "Type")
    )
    if kind == "Flag" and (key == "FORMAT" or number != "0"):
        yield "meta_flag", f"the flag {name} has Number={number}, or stands in FORMAT"
    elif number == "0" and kind != "Flag":
        yield "meta_flag", f"{name} has Number=0 and is no flag"
    known = reserved().get((key, name or ""))
    if known is None:
        return
    if known.number is not None and number is not None and number != known.number:
        yield "meta_reserved", f"{key} {name} has Number={number}, reserved is {known.number}"
    if known.type is not None and kind is not None and kind != known.type:
        yield "meta_reserved", f"{key} {name} has Type={kind}, reserved is {known.type}"


def _pedigree(text: str) -> Iterator[Said]:
    found = attributes(text)
    if not found:
        yield "meta_malformed", "the PEDIGREE line cannot be taken apart"
        return
    if any(not _PEDIGREE_NAME.fullmatch(each.value) for each in found):
        yield "meta_name", "a name in the PEDIGREE line holds a space or a sign"
    names = {each.key for each in found}
    if "ID" not in names and names & {"Original", "Father", "Mother"}:
        yield "meta_attribute_missing", "the PEDIGREE line lacks an ID"
