"""A rearrangement in any spelling in, a `Fusion` by role with its evidence grade out.

Strategy (rules R47, R48 and their corrections): order counts only where `::`, columns that a
format defines as 5' and 3', or breakends state it. A hyphen, a slash, `=` and prose are
unordered; the gene table then says which side a gene takes. A hyphen is split against the gene
table, because symbols carry hyphens themselves (NKX2-1, HLA-A).
"""

import re
import unicodedata
from dataclasses import dataclass

from pipeline.genes import gene as gene_entry
from pipeline.genes import symbol_of
from pipeline.hgvs import protein
from pipeline.model import Analyte, Fusion, FusionGrade

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_UNKNOWN_PARTNER = re.compile(
    r"\bN/A\b|\bpartner(?: gene)?(?: is)? (?:unknown|not \w+|undetermined)"
    r"|\b(?:with )?no partner(?: gene)?(?: \w+)?"
    r"|\b(?:unknown|unidentified) partner|\bintergenic(?: region)?",
    re.IGNORECASE,
)
_ANNOTATION = re.compile(
    r"\((?:exons?|ex|e|intron|int|i)?\.?\s*\d+[^)]*\)|\((?:NM|NR|ENST)[^)]*\)|\(E\d+\)"
    r"|:?[rgc]\.[\d_+*?-]+(?=::|$|\s)|\b(?:NM_|NR_|ENST)[\d.]+|\bchr\w+:[\d-]+"
    r"|\b(?:exons?|ex|introns?|int)\.?\s*\d+(?:\s*-\s*\d+)?|\bE\d{1,2}\b"
    r"|\.[A-Z]+\d+[A-Z]+\d+(?:\.\w+)*\b",
    re.IGNORECASE,
)
_REARRANGED = re.compile(
    r"fusion|rearrang|translocat|truncat|break-?\s?apart|\bt\(\d+;\d+\)|intergenic|\binversion",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|none|without|negative|absent|wild[- ]?type|nd)\b|\bnot?\s+detected", re.IGNORECASE
)
_LOST = re.compile(
    r"out[- ]of[- ]frame|\bnot in[- ]frame|frame[- ]?shift|reciprocal"
    r"|kinase(?: domain)?(?: is)? (?:lost|disrupted|absent|not retained)"
    r"|(?:lost|no|without)(?: a)? kinase domain",
    re.IGNORECASE,
)
_FRAME_UNKNOWN = re.compile(r"frame (?:not \w+|unknown|undetermined)", re.IGNORECASE)
_IN_FRAME = re.compile(r"(?<!not )\bin[- ]frame", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(::|--|=|/|\+|[_^](?=[A-Za-z]))\s*")
_UNKNOWN = "unknown"
# An antisense or intronic transcript of a gene is another gene: FGFR2-AS1 (HGNC naming).
_NON_CODING = re.compile(r"^(?:AS|IT|DT|OT)\d*(?:-|$)")
_PARTNER = re.compile(r"^[A-Za-z][A-Za-z0-9.]*(?:-[A-Za-z0-9.]+)*$")
# Words beside a gene that are not its partner; CEP17 and its like are centromere probes.
_NO_PARTNER = re.compile(
    r"fusions?|rearrange\w+|translocat\w+|truncat\w+|genes?|detected|partner|present|identified"
    r"|positive|negative|mutat\w+|mutant|amplifi\w+|altered|driven|variant|break|apart|inversion"
    r"|expression|rna|dna|ngs|cep\d{1,2}"
    # Answers, where an assay's own words stand beside the gene: "FGFR2 fusion: TBD".
    r"|fused|fail\w*|tbd|yes|no|n[adet]|nil|none|pos|neg|qns|tnp|see|pending|awaited|unknown|normal"
    r"|tested|analy[sz]ed|covered|included|results?|status|requested|ordered|driver|invalid|ms[si]|low|high",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """Two sides as printed; None is an unknown partner; *ordered* if the spelling says 5' to 3'."""

    left: str | None
    right: str | None
    ordered: bool
    doubtful: bool = False


def fusion(
    text: str,
    gene: str | None = None,
    *,
    analyte: Analyte | None = None,
    in_frame: bool | None = None,
    ordered: bool = False,
) -> Fusion | None:
    """The fusion of *gene* that *text* speaks of, or None if it speaks of none.

    *gene* is an HGNC symbol; without it the panel gene named in the text is taken. *ordered*
    says that the format defines the first gene as 5'. A negated text is no fusion.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()
    bare = _UNKNOWN_PARTNER.sub(_UNKNOWN, plain)
    if _NEGATED.search(_LOST.sub("", _FRAME_UNKNOWN.sub("", bare))):
        return None
    pair = _pair(_names_only(bare), ordered=ordered) or _lone_partner(_names_only(bare), gene)
    symbol = gene or _gene_of(pair) or (_gene_in(bare) if _REARRANGED.search(plain) else None)
    if symbol is None or _role(symbol) is None:
        return None
    framed = in_frame if in_frame is not None else (True if _IN_FRAME.search(plain) else None)
    lost = bool(_LOST.search(plain)) or framed is False
    good = analyte is Analyte.RNA and framed is True
    return _by_role(symbol, pair, lost=lost, good=good, breakpoints=_breakpoints(plain))


def _names_only(text: str) -> str:
    """The text without exons, transcripts and coordinates, hyphens closed up."""
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", _ANNOTATION.sub(" ", text))).strip()


def _breakpoints(plain: str) -> str | None:
    found = [match[0].strip("() .:") for match in _ANNOTATION.finditer(plain)]
    return "; ".join(found) or None


def _role(symbol: str) -> str | None:
    try:
        return gene_entry(symbol).fusion_role
    except KeyError:
        return None


def _pair(text: str, *, ordered: bool) -> _Pair | None:
    """The two sides around the separator, or None if the text names no two sides."""
    parts = _SEPARATOR.split(text, maxsplit=1)
    if len(parts) == 3:
        words_left, words_right = parts[0].split(), parts[2].split()
        named = ordered or parts[1] == "::"
        if words_left and words_right:
            sides = _sides(words_left[-1], words_right[0], ordered=named)
            if sides:
                return sides
    for word in text.split():
        halves = _halves(word.strip("()[],:"))
        if halves:
            return _sides(*halves, ordered=ordered)
    found = re.search(r"(\S+) (?:gene )?(?:fusion|rearrangement)s? with (\S+)", text, re.IGNORECASE)
    return _sides(found[1], found[2].strip(".,;"), ordered=False) if found else None


def _lone_partner(text: str, gene: str | None) -> _Pair | None:
    """The partner that stands alone beside a known gene: "BICC1 fusion", "fusion with BICC1"."""
    before = re.search(r"\b([A-Z][A-Z0-9]+\b|C\d+orf\d+) (?:fusion|rearrangement)", text)
    after = re.search(
        r"(?:fusion|rearrangement|partner)s?:? (?:with |to )?([A-Z][A-Z0-9]+)\b", text
    )
    found = before or after
    if gene is None or not found or symbol_of(found[1]) == gene:
        return None
    return _sides(gene, found[1], ordered=False)


def _halves(word: str) -> tuple[str, str] | None:
    """A hyphenated word as two genes, if one half is a gene that takes part in fusions."""
    if "-" not in word or symbol_of(word):
        return None
    cuts = [found.start() for found in re.finditer("-", word)]
    for cut in cuts:
        left, right = word[:cut], word[cut + 1 :]
        if _fuses(left) and right and not _NON_CODING.match(right):
            return left, right
    for cut in reversed(cuts):
        if _fuses(word[cut + 1 :]) and word[:cut]:
            return word[:cut], word[cut + 1 :]
    return _of_antisense(word)


def _of_antisense(word: str) -> tuple[str, str] | None:
    """The coding gene and its partner in "FGFR2;FGFR2-AS1-BICC1", where both stand on the locus."""
    listed = re.match(r"^(\w+);\1-(?:AS|IT|DT|OT)\d*-(.+)$", word)
    if listed and _fuses(listed[1]):
        return f"{listed[1]};", listed[2]
    return None


def _fuses(name: str) -> bool:
    names = [symbol_of(part) for part in re.split("[;,]", name) if part]
    return any(symbol and _role(symbol) for symbol in names)


def _sides(left: str, right: str, *, ordered: bool) -> _Pair | None:
    names = [_name(left), _name(right)]
    if "" in names or not (_fuses(left) or _fuses(right)):
        return None
    return _Pair(
        left=names[0],
        right=names[1],
        ordered=ordered,
        doubtful=";" in left or ";" in right,
    )


def _name(word: str) -> str | None:
    """The symbol of one side; None for an unknown partner, "" for what is no gene at all."""
    options = [part for part in word.strip("()[],:. ").split(";") if part]
    known = [symbol for part in options if (symbol := symbol_of(part))]
    if known:
        return next((symbol for symbol in known if _role(symbol)), known[0])
    word = options[0] if options else ""
    if word.lower() in {_UNKNOWN, "na", "?", "none", "unspecified", "undetermined"} or word == "":
        return None
    if not _PARTNER.match(word) or _NO_PARTNER.fullmatch(word) or protein(word):
        return ""
    return word if re.match(r"^C\d+orf\d+$", word) else word.upper()


def _gene_of(pair: _Pair | None) -> str | None:
    """The gene whose fusion this is: of two that fuse, the one that stands in its own role."""
    if pair is None:
        return None
    sides = [("five_prime", pair.left), ("three_prime", pair.right)]
    fusing = [(side, name) for side, name in sides if name and _role(name)]
    fitting = [name for side, name in fusing if _role(name) == side]
    return next(iter(fitting + [name for _, name in fusing]), None)


def _gene_in(text: str) -> str | None:
    """The one fusing gene that a sentence names; None if it names two."""
    named = {symbol for word in re.split(r"[\s,;:()-]+", text) if (symbol := symbol_of(word))}
    fusing = [symbol for symbol in named if _role(symbol)]
    return fusing[0] if len(fusing) == 1 else None


def _by_role(
    symbol: str, pair: _Pair | None, *, lost: bool, good: bool, breakpoints: str | None
) -> Fusion | None:
    role = _role(symbol)
    if pair is not None and symbol not in {pair.left, pair.right}:
        return None
    partner = None if pair is None else _partner(symbol, pair)
    five, three = (symbol, partner) if role == "five_prime" else (partner, symbol)
    if pair is not None and pair.ordered:
        five, three = pair.left, pair.right
    reciprocal = symbol != (five if role == "five_prime" else three)
    intragenic = five == three
    return Fusion(
        gene=symbol,
        five_prime=five,
        three_prime=three,
        grade=_grade(
            named=None not in {five, three} and not intragenic and not (pair and pair.doubtful),
            lost=lost or reciprocal,
            good=good,
        ),
        breakpoints=breakpoints,
    )


def _partner(symbol: str, pair: _Pair) -> str | None:
    return pair.right if pair.left == symbol else pair.left


def _grade(*, named: bool, lost: bool, good: bool) -> FusionGrade:
    """The grade of rule R47: D before all else, then an unknown partner, then RNA in frame."""
    if lost:
        return FusionGrade.D
    if not named:
        return FusionGrade.C
    return FusionGrade.A if good else FusionGrade.B
