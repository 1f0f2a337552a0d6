"""A gene name as printed in, an HGNC symbol out; and what a gene is (transcript, place, role).

The facts are rows of `data/genes.csv`. An alias that two genes share, or that the table lists
under `not_aliases`, resolves to nothing: "IDH" may be IDH1 or IDH2.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.model import AlterationClass, Assembly, Marker
from pipeline.tables import packaged, rows

# Marks of footnotes and trade that stand after a gene name; superscript digits are among them.
_FOOTNOTE = re.compile(r"[#*†‡§¶®™°⁰¹²³⁴-⁹]+$")
# Footnote digits that lost their superscript: "ERBB21,2" is ERBB2 with notes 1 and 2.
_GLUED_DIGITS = re.compile(r"^(?P<symbol>[A-Za-z0-9/-]*?)(?:\d(?:,\d{1,2})+|\d)$")
_GENOME_WIDE = {
    AlterationClass.MSI: Marker.MSI,
    AlterationClass.MMR: Marker.MMR,
    AlterationClass.TMB: Marker.TMB,
}
_MARKERS = {marker.value: marker for marker in Marker}


@dataclass(frozen=True, kw_only=True)
class Locus:
    """Where a gene lies on one build: 1-based, both ends inclusive; exons in transcript order."""

    strand: str
    start: int | None
    end: int | None
    cds_exons: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Gene:
    """One row of the gene table; *fusion_role* is five_prime, three_prime or None (R47, R48)."""

    symbol: str
    hgnc_id: str | None
    aliases: tuple[str, ...]
    panel: bool
    chromosome: str
    grch37: Locus
    grch38: Locus
    refseq: str | None
    ensembl: str | None
    protein: str | None
    fusion_role: str | None
    checked: str

    def locus(self, assembly: Assembly) -> Locus:
        """The place on *assembly*; a strand may differ between builds (NCOA4, rule R63)."""
        return self.grch37 if assembly is Assembly.GRCH37 else self.grch38


def _exons(text: str) -> tuple[tuple[int, int], ...]:
    pairs = (part.split("-") for part in text.split(";") if part)
    return tuple((int(start), int(end)) for start, end in pairs)


def _locus(row: dict[str, str], build: str) -> Locus:
    start, end = row[f"start_{build}"], row[f"end_{build}"]
    return Locus(
        strand=row[f"strand_{build}"],
        start=int(start) if start else None,
        end=int(end) if end else None,
        cds_exons=_exons(row[f"cds_exons_{build}"]),
    )


@cache
def _genes() -> dict[str, Gene]:
    return {
        row["symbol"]: Gene(
            symbol=row["symbol"],
            hgnc_id=row["hgnc_id"] or None,
            aliases=tuple(filter(None, row["aliases"].split("|"))),
            panel=row["panel"] == "yes",
            chromosome=row["chromosome"],
            grch37=_locus(row, "grch37"),
            grch38=_locus(row, "grch38"),
            refseq=row["refseq"] or None,
            ensembl=row["ensembl"] or None,
            protein=row["protein"] or None,
            fusion_role=row["fusion_role"] or None,
            checked=row["checked"],
        )
        for row in rows(packaged("pipeline", "genes.csv"))
    }


def _key(text: str) -> str:
    """Letters and digits only, one case: "Her-2/neu" and "HER2 NEU" are the same word."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).casefold())


@cache
def _names() -> dict[str, str | None]:
    """Every name to its symbol; None marks a name that two genes share or that must not count."""
    names: dict[str, str | None] = {}
    for gene in _genes().values():
        for name in gene.aliases:
            shared = names.get(_key(name), gene.symbol) != gene.symbol
            names[_key(name)] = None if shared else gene.symbol
    for row in rows(packaged("pipeline", "genes.csv")):
        names |= dict.fromkeys((_key(name) for name in row["not_aliases"].split("|") if name), None)
    return names | {_key(symbol): symbol for symbol in _genes()}


def gene(symbol: str) -> Gene:
    """The gene with this HGNC symbol; `KeyError` if the table does not hold it."""
    return _genes()[symbol]


@lru_cache(maxsize=4096)
def symbol_of(text: str) -> str | None:
    """The HGNC symbol that *text* names, or None if it names none, or more than one.

    Understands aliases, "ERBB2 (Her2/Neu)", and footnotes glued to the name ("FGFR2#",
    "ERBB21,2"). Genes outside the table give None: that is "not known here", not "no gene".
    """
    word = _FOOTNOTE.sub("", text.strip()).strip(" :,;")
    if not _key(word):
        return None
    if _key(word) in _names():
        return _names()[_key(word)]
    return _of_parts(word) or _without_glued_digits(word)


def _of_parts(word: str) -> str | None:
    """All parts of "ERBB2 (HER2)" or "HER2/ERBB2" must name one and the same gene."""
    parts = [part for part in re.split(r"[()/\[\]]|\baka\b", word) if part.strip()]
    if len(parts) < 2:
        return None
    named = {_names().get(_key(part)) for part in parts}
    return named.pop() if len(named) == 1 else None


def _without_glued_digits(word: str) -> str | None:
    """The symbol before digits that can only be footnotes, for symbols written as HGNC does."""
    glued = _GLUED_DIGITS.match(word)
    return glued["symbol"] if glued and glued["symbol"] in PANEL else None


def marker_of(symbol: str | None, alteration_class: AlterationClass) -> Marker | None:
    """The marker for a gene and a class, or None where we keep none (a KRAS fusion, say)."""
    if alteration_class in _GENOME_WIDE:
        return _GENOME_WIDE[alteration_class]
    name = f"{symbol}_{alteration_class.value.upper()}"
    if symbol == "ERBB2" and alteration_class in {AlterationClass.IHC, AlterationClass.ISH}:
        name = f"HER2_{alteration_class.value.upper()}"
    return _MARKERS.get(name)


PANEL: tuple[str, ...] = tuple(symbol for symbol, entry in _genes().items() if entry.panel)
"""HGNC symbols of the genes that have markers, in the order of the gene table."""
