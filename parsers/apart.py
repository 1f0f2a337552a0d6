"""A statement about several genes in, its pieces out: those of which each says something itself.

"KRAS p.G12D, BRAF wild type" are two; "KRAS G12C and BRAF V600E not detected" is one, for what is
said at its end, or before its first gene, is said of all.
"""

import re

from parsers import asides, phrases
from parsers.gene_text import items
from parsers.tiers import graded_within
from pipeline import genes, hgvs
from pipeline.model import Significance, Status

TOKEN = re.compile(r"[pc]\.\(?[^\s,;:()]+\)?|[A-Za-z][A-Za-z0-9*_>]+|[^\s,;:()]+")
BETWEEN = re.compile(r",\s+(?:and\s+)?|\s+and\s+")
ANSWER = re.compile(
    r"^(?:results?|findings?|outcome|mutation status|status|call)\s*[:=]", re.IGNORECASE
)
DENIED = re.compile(
    r"^(?:(?:not|none) detected|negative|absent|wild[- ]?type"
    r"|no (?:mutations?|variants?)[^:]{0,40})\s*:",
    re.IGNORECASE,
)
AFTER_COLON = re.compile(
    rf"\b({'|'.join(genes.PANEL)}|HER2|IHC|F?ISH|MSI|MMR|TMB|VAF|CN|mutation|fusion|amplification)"
    r":(?=[^\s:])"
)
GLUED = re.compile(rf"\b({'|'.join(genes.PANEL)})(?=[A-Z]\d{{2,4}}[A-Z]\b)")
CONTRAST = re.compile(r",?\s+(?:but|whereas|while|however,?|yet)\s+", re.IGNORECASE)
# Said of a gene, never of one change: it cannot be meant for the change before it.
OF_A_GENE = re.compile(
    r"\bwild[- ]?type\b|\bwt\b|\bun-?mutated\b|\bno[nt][- ]?mutated\b", re.IGNORECASE
)
NOT_PATHOGENIC = frozenset({Significance.VUS, Significance.BENIGN})


def pieces(text: str) -> list[str]:
    """The text cut between its genes, or whole where its pieces do not stand alone."""
    parts = [part for part in BETWEEN.split(text) if part.strip()]
    named = [part for part in parts if ours(part)]
    if len(named) < 2 or len(named) != len(parts) or _leads(text):
        return [text]
    return named if _each_says_something(named) else [text]


def answers(above: str, text: str) -> bool:
    """True if a line says what was found of the gene above it.

    "KRAS mutation analysis" and beneath it "Result: wild type", or "not detected" alone.
    """
    told = ANSWER.match(text) or phrases.denies_alone(text)
    return bool(told and ours(above) and not ours(text) and not phrases.verdict(above))


def is_denied_list(head: str, text: str) -> bool:
    """True if *text* names a gene of ours, and nothing else, beneath "Not detected:"."""
    return bool(DENIED.match(head) and ours(text) and not phrases.verdict(text))


def unglued(text: str) -> str:
    """The text with the spaces that are missing: "BRAFV600E", "KRAS:p.G12D(VAF:23%)"."""
    spaced = AFTER_COLON.sub(r"\1: ", GLUED.sub(r"\1 ", text))
    return re.sub(r"(?<=\d[A-Z])\((?=[A-Za-z\d])", " (", spaced)


def headed(parts: list[str]) -> list[str]:
    """The parts of a list, each with the grade that heads it: "VUS: BRAF p.A762V; IDH2 p.T435M"."""
    label, colon, _ = parts[0].partition(":") if parts else ("", "", "")
    if not colon or ours(label) or graded_within(label) not in NOT_PATHOGENIC:
        return parts
    return [parts[0], *(f"{label}: {part}" for part in parts[1:])]


def contrasted(text: str) -> list[str]:
    """The text cut before "but" and its like, where both halves name a gene of ours."""
    parts = CONTRAST.split(text)
    return parts if len(parts) > 1 and all(ours(part) for part in parts) else [text]


def ours(text: str) -> tuple[str, ...]:
    """The genes of the panel that a text names, once each."""
    named = (item.symbol for item in items(text))
    return tuple(dict.fromkeys(symbol for symbol in named if symbol in genes.PANEL))


def protein(text: str) -> str | None:
    """The first protein change of a text as it is printed; None without one."""
    named = {item.symbol for item in items(text)}
    for token in TOKEN.findall(text):
        if token not in named and hgvs.protein(token) and genes.symbol_of(token) is None:
            return str(token)
    return None


def _each_says_something(parts: list[str]) -> bool:
    told = [(part, phrases.verdict(part)) for part in parts]
    if all(verdict for _, verdict in told):
        return True
    denials = [part for part, verdict in told if verdict and verdict.status is not Status.DETECTED]
    return all(verdict or protein(part) for part, verdict in told) and all(
        OF_A_GENE.search(part) and not protein(part) for part in denials
    )


def _leads(text: str) -> bool:
    """True if a denial, a doubt or a grade stands before the first gene: it is said of all."""
    first = min((text.find(item.symbol) for item in items(text) if item.symbol in text), default=0)
    told = phrases.verdict(text[:first])
    denied = told is not None and told.status is not Status.DETECTED
    return denied or graded_within(text[:first]) in NOT_PATHOGENIC or asides.is_open(text[:first])
