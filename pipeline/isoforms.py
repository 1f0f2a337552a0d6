"""A protein change as numbered by a laboratory in, the MANE Select numbering out.

FGFR2 IIIb counts one more than MANE from residue 362 on, BRAF V640E of the MANE Plus Clinical
transcript is V600E (rules R50, R51). The stated transcript decides; without one, the reference
residue decides where only one numbering fits it, and what stays open is recorded. The facts are
rows of `data/isoforms.csv` and `data/proteins.csv`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.genes import PANEL, gene
from pipeline.tables import packaged, rows

_RESIDUE = re.compile(r"(?<![A-Z])([A-Z])(\d+)")
_INSERTION = re.compile(r"p\.([A-Z])(\d+)_([A-Z])(\d+)ins([A-Z]+)")


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """A protein change on MANE Select; *ambiguity* is a sentence where the numbering is open."""

    hgvs_p: str
    ambiguity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Isoform:
    """Residues of MANE from *mane_from* to *mane_to* carry number + *offset* on this isoform."""

    gene: str
    name: str
    accessions: tuple[str, ...]
    same_to: int
    mane_from: int | None
    mane_to: int | None
    offset: int

    def mane_position(self, position: int) -> int | None:
        """The MANE number of an isoform residue; None if MANE has no such residue."""
        if position <= self.same_to:
            return position
        if self.mane_from is None or self.mane_to is None:
            return None
        shifted = position - self.offset
        return shifted if self.mane_from <= shifted <= self.mane_to else None


@cache
def _isoforms() -> tuple[Isoform, ...]:
    return tuple(
        Isoform(
            gene=row["gene"],
            name=row["isoform"],
            accessions=tuple(filter(None, (row["refseq"], row["ensembl"]))),
            same_to=int(row["same_to"]),
            mane_from=int(row["mane_from"]) if row["mane_from"] else None,
            mane_to=int(row["mane_to"]) if row["mane_to"] else None,
            offset=int(row["offset"] or 0),
        )
        for row in rows(packaged("pipeline", "isoforms.csv"))
    )


@cache
def _proteins() -> dict[str, str]:
    return {row["gene"]: row["sequence"] for row in rows(packaged("pipeline", "proteins.csv"))}


def residue(symbol: str, position: int) -> str | None:
    """The amino acid of the MANE Select protein at *position* (1-based); None if not known."""
    sequence = _proteins().get(symbol, "")
    return sequence[position - 1] if 1 <= position <= len(sequence) else None


@lru_cache(maxsize=4096)
def accession(transcript: str) -> str:
    """A transcript without its version: laboratories differ in versions, not in numbering."""
    return transcript.strip().split("(")[0].split(":")[0].split(".")[0].upper()


def fits_reference(symbol: str, hgvs_p: str) -> bool:
    """False if a residue of *hgvs_p* is not what the MANE protein holds at that place."""
    return _misfit(symbol, hgvs_p) is None


def is_numbered(symbol: str, transcript: str) -> bool:
    """True if *transcript* is the gene's MANE Select or an isoform whose numbering is known."""
    stated = accession(transcript)
    others = [iso for iso in _isoforms() if iso.gene == symbol and stated in iso.accessions]
    return bool(others) or stated in _mane(symbol)


def on_mane(symbol: str, hgvs_p: str, transcript: str | None = None) -> Numbering:
    """*hgvs_p* (canonical, `p.N550K`) in the numbering of the gene's MANE Select protein."""
    stated = accession(transcript) if transcript else None
    if stated:
        named = [iso for iso in _isoforms() if iso.gene == symbol and stated in iso.accessions]
        if named:
            return _from_isoform(hgvs_p, named[0])
    is_mane = stated is not None and symbol in PANEL and stated in _mane(symbol)
    return _by_residue(symbol, hgvs_p, is_mane=is_mane)


@cache
def _mane(symbol: str) -> tuple[str, ...]:
    entry = gene(symbol)
    return tuple(accession(name) for name in (entry.refseq, entry.ensembl) if name)


def _from_isoform(hgvs_p: str, isoform: Isoform) -> Numbering:
    moved = _moved(hgvs_p, isoform)
    if moved is None:
        return Numbering(
            hgvs_p=hgvs_p,
            ambiguity=f"{hgvs_p} is numbered on {isoform.gene} {isoform.name}; "
            "the MANE Select protein has no such residue",
        )
    wrong = _misfit(isoform.gene, moved)
    if wrong and _misfit(isoform.gene, hgvs_p) is None:
        # The transcript of one isoform beside the number of the other: the residue decides.
        told = f"{isoform.name} is stated, but the reference residue fits only MANE numbering"
        return Numbering(hgvs_p=_as_duplication(isoform.gene, hgvs_p), ambiguity=told)
    return Numbering(hgvs_p=_as_duplication(isoform.gene, moved), ambiguity=wrong)


def _by_residue(symbol: str, hgvs_p: str, *, is_mane: bool) -> Numbering:
    """The numbering that the reference residues allow, MANE first."""
    others = [
        (iso, moved)
        for iso in _isoforms()
        if iso.gene == symbol
        and (moved := _moved(hgvs_p, iso)) not in {None, hgvs_p}
        and _misfit(symbol, moved or "") is None
    ]
    misfit = _misfit(symbol, hgvs_p)
    if misfit is None:
        open_question = None if is_mane or not others else _either(symbol, hgvs_p, others[0])
        return Numbering(hgvs_p=_as_duplication(symbol, hgvs_p), ambiguity=open_question)
    if len(others) != 1:
        return Numbering(hgvs_p=hgvs_p, ambiguity=misfit)
    isoform, moved = others[0]
    told = f"printed as {hgvs_p}; the reference residue fits only {symbol} {isoform.name}"
    return Numbering(hgvs_p=_as_duplication(symbol, moved or hgvs_p), ambiguity=told)


def _either(symbol: str, hgvs_p: str, other: tuple[Isoform, str | None]) -> str:
    isoform, moved = other
    return (
        f"{hgvs_p} without a transcript may also be {moved} "
        f"({symbol} {isoform.name} numbering): the reference residue fits both"
    )


def _moved(hgvs_p: str, isoform: Isoform) -> str | None:
    """The change with every residue renumbered; None if one of them does not exist on MANE."""
    positions = [isoform.mane_position(int(found[2])) for found in _RESIDUE.finditer(hgvs_p)]
    if None in positions or not positions:
        return None
    numbers = iter(positions)
    return _RESIDUE.sub(lambda found: f"{found[1]}{next(numbers)}", hgvs_p)


def _misfit(symbol: str, hgvs_p: str) -> str | None:
    """A sentence if a reference residue contradicts the MANE protein, else None."""
    for found in _RESIDUE.finditer(hgvs_p):
        known = residue(symbol, int(found[2]))
        if symbol in _proteins() and known != found[1]:
            told = f"has {known}" if known else "has no residue"
            return f"{hgvs_p}: the MANE protein of {symbol} {told} at {found[2]}"
    return None


def _as_duplication(symbol: str, hgvs_p: str) -> str:
    """An insertion that repeats what stands before it is a duplication, furthest to the C-terminus.

    HGVS asks for this form; reports print ERBB2 Y772_A775dup as A775_G776insYVMA (rule R64).
    """
    found = _INSERTION.fullmatch(hgvs_p)
    sequence = _proteins().get(symbol)
    if not found or not sequence:
        return hgvs_p
    left, inserted = int(found[2]), found[5]
    while left < len(sequence) and sequence[left] == inserted[0]:
        inserted, left = inserted[1:] + inserted[0], left + 1
    start = left - len(inserted)
    if start < 0 or sequence[start:left] != inserted:
        return hgvs_p
    first, last = f"{inserted[0]}{start + 1}", f"{inserted[-1]}{left}"
    return f"p.{first}dup" if len(inserted) == 1 else f"p.{first}_{last}dup"
