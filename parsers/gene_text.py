"""A printed list or clause in, the genes it names out, and the classes of alteration."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from parsers.phrases import plain
from pipeline import fusions, genes, hgvs, tables
from pipeline.model import AlterationClass

NUMBERED_FAMILY = re.compile(r"([A-Z]{2,6})(\d)((?:[/,]\d)+)")
NUMBER_RANGE = re.compile(r"([A-Z]{2,6})(\d)\s?[-–]\s?(\d)")
SYMBOL = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{1,4})?(?:/[A-Z0-9]{1,8})?|C\d+orf\d+")
NOT_SYMBOLS = frozenset(
    "DNA RNA MSI MSS TMB LOH HRD VUS QNS TNP IHC ISH NGS FISH CISH FDA CNA CNV SNV NA ND N/A CDX "  # noqa: SIM905
    "FFPE PMID GENE GENES ALTERATION NONE NOT NO ALL RESULT OTHER SEE".split()
)
MARKS = " :;,.()[]*†‡§#"


@dataclass(frozen=True, kw_only=True)
class Named:
    """Genes at the start of a text: *symbols* of the gene table (none for a gene we do not keep).

    *length* is the number of words they take; *vague* says that a family was named, not a gene,
    *shared* that the name also holds genes that we do not keep: "RAS", "KRAS/NRAS".
    """

    symbols: tuple[str, ...]
    length: int
    vague: bool = False
    shared: bool = False


@cache
def _families() -> dict[str, tuple[str, ...]]:
    rows = tables.rows(tables.packaged("parsers", "gene_families.csv"))
    return {row["name"]: tuple(row["symbols"].split("|")) for row in rows}


@cache
def _classes() -> tuple[tuple[AlterationClass, re.Pattern[str]], ...]:
    rows = tables.rows(tables.packaged("parsers", "classes.csv"))
    return tuple((AlterationClass(row["class"]), re.compile(row["pattern"])) for row in rows)


def classes_in(text: str) -> tuple[AlterationClass, ...]:
    """The classes of alteration that a text speaks of, each once."""
    said = plain(text)
    return tuple(dict.fromkeys(name for name, pattern in _classes() if pattern.search(said)))


def leading(words: Sequence[str]) -> Named | None:
    """The genes that a text begins with, or None if it begins with no gene."""
    for end in range(min(5, len(words)), 0, -1):
        text = " ".join(words[:end])
        known = symbols_of(text)
        if known:
            others = len(_enumerated(text.strip(MARKS))) > len(known)
            return Named(symbols=known, length=end, shared=others)
    if not words:
        return None
    first = words[0].strip(MARKS)
    fused = _fused(first)
    if fused:
        return Named(symbols=(fused,), length=1)
    ours = _hyphened(first)
    if ours:
        return Named(symbols=(ours,), length=1)
    family = _families().get(first, ())
    if family and not any(set(symbols_of(word.strip(MARKS))) & set(family) for word in words[1:]):
        return Named(symbols=family, length=1, vague=True, shared=True)
    if SYMBOL.fullmatch(first) and first not in NOT_SYMBOLS and hgvs.protein(first) is None:
        return Named(symbols=(), length=1)
    return None


def _fused(word: str) -> str | None:
    """Our gene in "FGFR2-BICC1" or "KIF5B::RET", or None for any other word."""
    if not re.search(r"\w(?:-{1,2}|::|=)\w", word):
        return None
    known = fusions.fusion(word)
    return known.gene if known and known.five_prime and known.three_prime else None


def _hyphened(word: str) -> str | None:
    """The gene of "FGFR2-intergenic", "FGFR2-N/A" or "FGFR2-Fusion"; FGFR2-AS1 is another gene."""
    name, mark, rest = word.partition("-")
    other = re.fullmatch(r"(?:AS|IT|DT|OT)\d*", rest)
    return genes.symbol_of(name) if mark and rest and not other and symbols_of(name) else None


def symbols_of(text: str) -> tuple[str, ...]:
    """The symbols that a whole text names: one gene, "NTRK1/2/3", "NTRK1-3" or "KRAS/NRAS"."""
    bare = text.strip(" :;,.")
    if not re.search(r"[A-Z]|[a-z]-?\w*\d|erb", bare) or re.match(r"[a-z]{4,} ", bare):
        return ()
    single = genes.symbol_of(bare)
    if single:
        return (single,)
    found = _enumerated(bare)
    known = tuple(symbol for name in found if (symbol := genes.symbol_of(name)))
    return tuple(dict.fromkeys(known)) if found and known else ()


def _enumerated(text: str) -> list[str]:
    family = NUMBERED_FAMILY.fullmatch(text)
    if family:
        return [f"{family[1]}{digit}" for digit in re.findall(r"\d", family[2] + family[3])]
    span = NUMBER_RANGE.fullmatch(text)
    if span:
        return [f"{span[1]}{number}" for number in range(int(span[2]), int(span[3]) + 1)]
    if re.fullmatch(r"[A-Z0-9]{2,9}(?:/[A-Z0-9]{2,9})+", text):
        return text.split("/")
    return []


@dataclass(frozen=True, kw_only=True)
class Item:
    """One gene of a clause, with the classes that stand in brackets or words beside it."""

    symbol: str
    classes: tuple[AlterationClass, ...]
    vague: bool = False
    shared: bool = False


def items(clause: str) -> tuple[Item, ...]:
    """The genes of our table that a clause names, anywhere in it.

    Classes in brackets are those of the gene before them alone. A class in the plural at the end
    of a list ("KRAS, NRAS and BRAF mutations") is that of the whole list, in the singular that of
    its own gene ("IDH1, FGFR2 fusion"). A semicolon ends a list. A class before the genes is that
    of all.
    """
    shared = classes_in(_before_genes(clause))
    found = [item for group in parts_of(clause, ";") for item in _listed(group)]
    return tuple(_with_classes(item, shared) for item in found)


def _listed(group: str) -> list[Item]:
    """The genes of a list without semicolons."""
    found: list[Item] = []
    for part in parts_of(group, ","):
        own = classes_in(part)
        fresh = [
            Item(symbol=symbol, classes=own, vague=named.vague, shared=named.shared)
            for named in _mentions(part)
            for symbol in named.symbols
        ]
        of_all = own and _of_the_list(part)
        found = [_with_classes(item, own) for item in found] if of_all else found
        found += fresh
    return found


def _before_genes(clause: str) -> str:
    """The words before the first gene; an abbreviation such as "DNA" or "CNV" is none."""
    for word in re.finditer(r"\b[A-Z][A-Z0-9]{2,}\b", clause):
        if word[0] not in NOT_SYMBOLS:
            return clause[: word.start()]
    return clause


def _of_the_list(part: str) -> bool:
    outside = re.sub(r"\([^)]*\)", " ", part).casefold()
    plural = re.search(r"(mutation|fusion|rearrangement|amplification|alteration)s\b", outside)
    return bool(plural) and classes_in(outside) != ()


def _with_classes(item: Item, classes: tuple[AlterationClass, ...]) -> Item:
    """The item with these classes, if it has none and they make a marker for it."""
    fitting = any(genes.marker_of(item.symbol, name) for name in classes)
    return replace(item, classes=classes) if fitting and not item.classes else item


def parts_of(clause: str, mark: str) -> list[str]:
    """The clause cut at a mark that is not inside brackets."""
    parts, depth = [""], 0
    for character in clause:
        depth += (character in "([") - (character in ")]")
        if character == mark and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _mentions(part: str) -> list[Named]:
    words = re.sub(r"[()\[\]]", " ", _joined_brackets(part)).split()
    found: list[Named] = []
    start = 0
    while start < len(words):
        named = leading(words[start:])
        if named and (named.symbols or named.length):
            if named.symbols:
                found.append(named)
            start += named.length
        else:
            start += 1
    return found


def _joined_brackets(part: str) -> str:
    """As one name, "ERBB2 (Her2/Neu)": the bracket that only repeats the gene goes."""

    def keep(match: re.Match[str]) -> str:
        outer, inner = genes.symbol_of(match[1]), genes.symbol_of(match[2])
        return match[1] if outer and outer == inner else match[0]

    return re.sub(r"(\S+)\s*\(([^()]*)\)", keep, part)
