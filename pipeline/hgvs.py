"""An HGVS expression in any spelling in, the canonical one out: p.R132C, c.394C>T.

Strategy: take the reference sequence, brackets and spaces away, turn three letters into one,
then the whole rest must match one shape of the grammar. What does not match is not understood
and gives None; nothing is guessed from a part. Source: HGVS nomenclature 21.0 and the spellings
that laboratories print.
"""

import re
import unicodedata
from functools import lru_cache

_THREE = {
    "ala": "A", "arg": "R", "asn": "N", "asp": "D", "cys": "C", "gln": "Q", "glu": "E",
    "gly": "G", "his": "H", "ile": "I", "leu": "L", "lys": "K", "met": "M", "phe": "F",
    "pro": "P", "ser": "S", "thr": "T", "trp": "W", "tyr": "Y", "val": "V", "sec": "U",
    "ter": "*", "stop": "*",
}  # fmt: skip
_ARROWS = re.compile(r"&gt;|→|⇒|->|=>", re.IGNORECASE)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_REFERENCE = re.compile(r"^(?:(?:[NX][MPRGC]_|ENS[PT]|LRG_)[\w.]+|[A-Z][A-Z0-9-]*)(?:\([\w-]+\))?:")
_AA = "[ACDEFGHIKLMNPQRSTUVWY]"
_AT = rf"(?P<first>{_AA}\d+)"
_RANGE = rf"(?P<first>{_AA}\d+)(?:_(?P<last>{_AA}\d+))?"

_PROTEIN = (
    (re.compile(rf"{_AT}(?P<new>{_AA}|\*)"), "{first}{new}"),
    (re.compile(rf"{_AT}="), "{first}="),
    (re.compile(rf"{_AT}{_AA}?fs(?:\*(?P<stop>\d+|\?))?"), "{first}fs{stop}"),
    (re.compile(rf"{_RANGE}delins(?P<new>{_AA}+\*?)"), "{first}{last}delins{new}"),
    (re.compile(rf"{_RANGE}del{_AA}+ins(?P<new>{_AA}+\*?)"), "{first}{last}delins{new}"),
    (re.compile(rf"{_AT}_(?P<last>{_AA}\d+)>(?P<new>{_AA}+)"), "{first}{last}delins{new}"),
    (re.compile(rf"{_AT}>(?P<new>{_AA}{{2,}})"), "{first}delins{new}"),
    (re.compile(rf"{_RANGE}del(?:{_AA}*|\d+)"), "{first}{last}del"),
    (re.compile(rf"{_RANGE}dup(?:{_AA}*|\d+)"), "{first}{last}dup"),
    (re.compile(rf"{_AT}_(?P<last>{_AA}\d+)ins(?P<new>{_AA}+|\d+)"), "{first}{last}ins{new}"),
    (re.compile(rf"(?P<first>\*\d+)(?P<new>{_AA})(?:ext\*(?:\d+|\?))?"), "{first}{new}"),
)
_POSITION = r"\*?-?\d+(?:[+-]\d+)?"
_WHERE = rf"(?P<first>{_POSITION})(?:_(?P<last>{_POSITION}))?"
_CODING = (
    (re.compile(rf"(?P<first>{_POSITION})(?P<ref>[ACGT])>(?P<new>[ACGT])"), "{first}{ref}>{new}"),
    (re.compile(rf"{_WHERE}(?:del[ACGT]*ins|[ACGT]{{2,}}>|>)(?P<new>[ACGT]+)"),
     "{first}{last}delins{new}"),
    (re.compile(rf"{_WHERE}del(?:[ACGT]*|\d+)"), "{first}{last}del"),
    (re.compile(rf"{_WHERE}dup(?:[ACGT]*|\d+)"), "{first}{last}dup"),
    (re.compile(rf"(?P<first>{_POSITION})_(?P<last>{_POSITION})ins(?P<new>[ACGT]+|\d+)"),
     "{first}{last}ins{new}"),
    (re.compile(rf"{_WHERE}inv(?:[ACGT]*|\d+)"), "{first}{last}inv"),
)  # fmt: skip


@lru_cache(maxsize=4096)  # an annotated row says the same of each of its transcripts
def protein(text: str) -> str | None:
    """Any spelling of one protein change as `p.R132C`, or None if it is not understood.

    Frameshifts keep their stop (`p.L1613fs*11`) but not the first new residue, which many
    reports leave out; deleted and duplicated residues are not repeated; `p.?` is unknown: None.
    """
    body = _body(text, "p")
    shape = _match(_one_letter(body), _PROTEIN) if body else None
    if body and shape is None and body.endswith("*"):  # the star of a footnote: "R132C*"
        shape = _match(_one_letter(body.rstrip("*")), _PROTEIN)
    return f"p.{_silent(shape)}" if shape else None


def coding(text: str) -> str | None:
    """Any spelling of one coding DNA change as `c.394C>T`, or None if it is not understood."""
    body = _body(text, "c")
    shape = _match(_upper_bases(body), _CODING) if body else None
    return f"c.{shape}" if shape else None


def _body(text: str, kind: str) -> str | None:
    """The expression without reference, prefix, brackets and spaces; None for another *kind*."""
    plain = _DASHES.sub("-", _ARROWS.sub(">", unicodedata.normalize("NFKC", text)))
    plain = _REFERENCE.sub("", re.sub(r"\s+", "", plain))
    plain = re.sub(r"^[(\[]*", "", plain)
    prefix = re.match(r"([a-z])\.", plain, re.IGNORECASE)
    if prefix and prefix[1].lower() != kind:
        return None
    return re.sub(rf"^{kind}\.", "", plain, flags=re.IGNORECASE).translate(_NO_BRACKETS) or None


_NO_BRACKETS = str.maketrans("", "", "()[]")


def _one_letter(body: str) -> str:
    """Residues as single capitals, `fs`, `del`, `dup`, `ins`, `ext` in lower case, stop as *."""
    names = "|".join(_THREE)
    three = re.search(rf"(?:{names})\d", body, re.IGNORECASE)
    word = re.compile(rf"(delins|del|dup|ins|fs|ext|{names}|x(?=\d|$))", re.IGNORECASE)
    single = re.compile(r"(delins|del|dup|ins|fs|ext|ter|stop|x(?=\d|$))", re.IGNORECASE)
    parts = (word if three else single).split(body)
    # Capitals F and S behind "ins" are residues: insFS is no frameshift.
    return re.sub(
        r"(?<=ins)[A-Za-z*]+$", lambda found: found[0].upper(), "".join(map(_letter, parts))
    )


def _letter(part: str) -> str:
    low = part.lower()
    if low in {"delins", "del", "dup", "ins", "fs", "ext"}:
        return low
    return "*" if low == "x" else _THREE.get(low, part.upper())


def _upper_bases(body: str) -> str:
    parts = re.split(r"(delins|del|dup|ins|inv)", body, flags=re.IGNORECASE)
    small = {"delins", "del", "dup", "ins", "inv"}
    return "".join(part.lower() if part.lower() in small else part.upper() for part in parts)


def _match(body: str, shapes: tuple[tuple[re.Pattern[str], str], ...]) -> str | None:
    for pattern, canonical in shapes:
        found = pattern.fullmatch(body)
        if found:
            parts = {"last": None, "stop": None} | found.groupdict()
            last = f"_{parts['last']}" if parts["last"] else ""
            stop = f"*{parts['stop']}" if parts["stop"] else ""
            return canonical.format(**parts | {"last": last, "stop": stop})
    return None


def _silent(shape: str) -> str:
    """What "R132R" says is that nothing changed: "R132="."""
    same = re.fullmatch(rf"({_AA})(\d+)\1", shape)
    return f"{same[1]}{same[2]}=" if same else shape
