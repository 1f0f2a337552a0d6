"""Two identities in, whether they are one person out: the same, another, or not certain.

Rule (design section 4, requirement R1): at least two identifiers agree, one of them a medical
record number or an accession or specimen, and none conflicts. Names are compared without case,
punctuation and Unicode form; leading zeros of a number count, one without a digit is none. A
shared birthday alone is chance while another identifier contradicts it (a laboratory sees many a
day); a shared name never is.
"""

import re
import unicodedata
from dataclasses import fields
from enum import StrEnum

from pipeline.model import Identity

_DIGIT = re.compile(r"[^\D0]")


class Relation(StrEnum):
    """How two identities stand to each other."""

    SAME = "same"
    OTHER = "other"
    DOUBT = "doubt"


def relation(one: Identity, other: Identity) -> Relation:
    """Whether two identities are one person, another, or not certainly either."""
    agreeing, conflicting = agreements(one, other), conflicts(one, other)
    strong = agreeing & {"mrn", "accession"}
    if not agreeing:
        return Relation.OTHER
    if not conflicting:
        return Relation.SAME if strong and len(agreeing) >= 2 else Relation.DOUBT
    chance = agreeing == {"dob"}
    return Relation.OTHER if chance else Relation.DOUBT


def agreements(one: Identity, other: Identity) -> frozenset[str]:
    """Which of mrn, name, dob and accession (or specimen) both state alike."""
    found = set()
    if _same(_serial(one.mrn), _serial(other.mrn)) and not _two_authorities(one, other):
        found.add("mrn")
    if _same(_name(one.name), _name(other.name)):
        found.add("name")
    if _same(one.dob, other.dob):
        found.add("dob")
    # The laboratory's order and its specimen are one identifier: both come off the same label.
    if _same(_serial(one.accession), _serial(other.accession)) or _same(
        _serial(one.specimen_id), _serial(other.specimen_id)
    ):
        found.add("accession")
    return frozenset(found)


def conflicts(one: Identity, other: Identity) -> frozenset[str]:
    """Which identifiers contradict each other; a person may have many accessions."""
    found = set()
    if _differ(_serial(one.mrn), _serial(other.mrn)) and not _two_authorities(one, other):
        found.add("mrn")
    if _differ(_name(one.name), _name(other.name)):
        found.add("name")
    if _differ(one.dob, other.dob):
        found.add("dob")
    return frozenset(found)


def present(identity: Identity) -> frozenset[str]:
    """Which of mrn, name, dob and accession (or specimen) are stated at all."""
    return agreements(identity, identity)


def merged(one: Identity, other: Identity) -> Identity:
    """What either states; *one* goes first."""
    return Identity(
        **{
            each.name: getattr(one, each.name) or getattr(other, each.name)
            for each in fields(Identity)
        }
    )


def keys(identity: Identity) -> frozenset[tuple[str, str]]:
    """What is stated, by kind, in the form in which it is compared.

    Two identities without a common key share no identifier: they are never the same person, nor
    in doubt. The authority of a number is no part of its key, because it may be left out.
    """
    born = identity.dob.isoformat() if identity.dob else ""
    found = (
        ("mrn", _serial(identity.mrn)),
        ("name", _name(identity.name)),
        ("dob", born),
        ("accession", _serial(identity.accession)),
        ("specimen", _serial(identity.specimen_id)),
    )
    return frozenset((kind, value) for kind, value in found if value)


def casts_doubt(one: Identity, other: Identity) -> bool:
    """True where two identities share too much to be two persons, and differ too much for one.

    A namesake or a shared birthday is none of it: one of two numbers or two identifiers agree,
    and something contradicts them. One of both must be wrong, and nobody knows which.
    """
    return share_much(one, other) and bool(conflicts(one, other))


def share_much(one: Identity, other: Identity) -> bool:
    """True if one of two numbers or two identifiers agree, whatever contradicts them."""
    agreeing = agreements(one, other)
    return bool(agreeing & {"mrn", "accession"}) or len(agreeing) >= 2


def label(identity: Identity) -> str:
    """The strongest identifier in one normalised line; two persons never share it."""
    mrn, authority = _serial(identity.mrn), _number(identity.assigning_authority)
    if mrn:
        return f"mrn|{authority}|{mrn}"
    order = _serial(identity.accession) or _serial(identity.specimen_id)
    return f"order|{order}|{_name(identity.name)}|{identity.dob}"


def _two_authorities(one: Identity, other: Identity) -> bool:
    """True where both name who gave the number, and these differ: it is not the same number."""
    return _differ(_number(one.assigning_authority), _number(other.assigning_authority))


def _serial(text: str | None) -> str:
    """A number that tells two persons apart; none without a digit other than 0.

    "TUMOR", "N/A", "unknown" and "0000" stand on the files of many persons.
    """
    number = _number(text)
    return number if number and _DIGIT.search(number) else ""


def _number(text: str | None) -> str:
    """A number of a label: leading zeros and punctuation count, case and spaces do not."""
    return "".join(unicodedata.normalize("NFC", text or "").casefold().split())


def _name(text: str | None) -> str:
    """Given names, then family name: "Specimen, Synthia" is "synthia specimen"."""
    plain = unicodedata.normalize("NFC", text or "").casefold()
    family, comma, given = plain.partition(",")
    ordered = f"{given} {family}" if comma else plain
    # A vowel of many scripts is a mark on its letter: without it, two names would be one.
    kept = (each if unicodedata.category(each)[0] in "LMN" else " " for each in ordered)
    return " ".join("".join(kept).split())


def _same(one: object, other: object) -> bool:
    return bool(one) and one == other


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other
