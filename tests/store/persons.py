"""Near-identical persons and their files, drawn from a seed; who a file is of is known."""

import hashlib
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from flows.keep import Settled, settle
from flows.trip import Read
from pipeline.model import FileKind, Identity, Report, ReportResult, ReportStatus
from store.records import Store
from tests.store.samples import markers

NOTHING = markers()


@dataclass(frozen=True, kw_only=True)
class File:
    """A file, the person it is of, and what it prints."""

    name: str
    person: str
    identity: Identity

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def read(self) -> Read:
        report = Report(
            file=self.name,
            sha256=self.sha256,
            kind=FileKind.PDF,
            status=ReportStatus.FINAL,
            # Each of its own laboratory: two files of one report would be another question.
            vendor=f"laboratory {self.name}",
            identity=self.identity,
        )
        return Read(result=ReportResult(report=report, markers=NOTHING, findings=()))


def night(store: Store, files: list[File]) -> Settled:
    """One night's files through the real `settle`."""
    return settle(store, [each.read for each in files], (), (), read_with="test")


def cases_of(store: Store, files: list[File]) -> dict[str, set[str]]:
    """The names of the files by the case in which they stand."""
    names = {each.sha256: each.name for each in files}
    found: dict[str, set[str]] = {}
    for place in store.places_of(names):
        if place.case_id:
            found.setdefault(place.case_id, set()).add(names[place.sha256])
    return found


FAMILIES = ("Muster", "Exempel", "Probe", "Beispiel", "Specimen", "Sample", "Ejemplo", "Esempio")
GIVEN = ("Ada", "Bo", "Cleo", "Dora", "Emil", "Fritz", "Gerda", "Hans", "Ida", "Jonas")
KINDS = (
    "twins",
    "swapped names",
    "leading zeros",
    "two hospitals",
    "umlaut",
    "transposed digits",
    "married name",
    "initials",
    "day and month swapped",
    "accession used again",
    "one number twice",
)
# What two neighbours differ in, by kind: what a file must state for anybody to tell whose it is.
TELLS = {
    "twins": ("mrn", "name"),
    "swapped names": ("mrn", "name"),
    "leading zeros": ("mrn", "name"),
    "two hospitals": ("assigning_authority", "name", "dob"),
    "umlaut": ("mrn", "name"),
    "transposed digits": ("mrn", "dob"),
    "married name": ("mrn",),
    "initials": ("mrn",),
    "day and month swapped": ("mrn", "dob"),
    "accession used again": ("mrn", "name", "dob"),
    "one number twice": ("name",),
}
# Which identifiers a file leaves out; its own order number is on every one that has any.
LEFT_OUT = (
    (),
    (),
    ("name",),
    ("dob",),
    ("mrn", "assigning_authority"),
    ("accession",),
    ("accession", "dob"),
    ("accession", "name"),
    ("mrn", "assigning_authority", "dob"),
)


def files(pairs: int, seed: int) -> list[File]:
    """Two or three files for each of two neighbours, *pairs* times, in the order of arrival."""
    rng = random.Random(seed)  # noqa: S311 - draws people, not keys
    drawn = [
        file for number in range(pairs) for file in _pair(rng, number, KINDS[number % len(KINDS)])
    ]
    rng.shuffle(drawn)
    return drawn


def neighbours(number: int, kind: str) -> tuple[Identity, Identity]:
    """The two persons of a pair."""
    rng = random.Random(number)  # noqa: S311 - draws people, not keys
    one = Identity(
        mrn=f"0{number:05d}",
        assigning_authority="HOSP A",
        name=f"{rng.choice(FAMILIES)}{number}, {rng.choice(GIVEN)}",
        dob=date(rng.randrange(1930, 2000), rng.randrange(1, 13), rng.randrange(1, 13)),
        accession=f"N-{number}-1",
    )
    if kind == "umlaut":
        one = replace(one, name=f"M\u00fcller{number}, J\u00f6rg")
    return one, _neighbour(one, kind)


def _pair(rng: random.Random, number: int, kind: str) -> Iterator[File]:
    one, other = neighbours(number, kind)
    for letter, who in (("a", one), ("b", other)):
        for copy in range(rng.choice((2, 3))):
            printed = _printed(rng, who, kind, copy)
            person = f"{number}{letter}"
            yield File(name=f"{person}{copy}.pdf", person=person, identity=printed)


def _neighbour(one: Identity, kind: str) -> Identity:
    """Another person, written as like *one* as the kind has it."""
    family, given = (one.name or "").split(", ")
    born = one.dob or date(1961, 1, 2)
    mrn = one.mrn or ""
    other = replace(one, mrn=f"{mrn[:-1]}X", accession=f"{one.accession}-2")
    if kind == "twins":
        return replace(other, name=f"{family}, {given}la")
    if kind == "swapped names":
        return replace(other, name=f"{given}, {family}")
    if kind == "leading zeros":
        return replace(other, mrn=mrn.lstrip("0") or "0", name=f"{family}, {given}-Eva")
    if kind == "two hospitals":
        elsewhere = replace(other, mrn=mrn, assigning_authority="HOSP B")
        return replace(elsewhere, name=f"{given}a, {family}", dob=born.replace(year=1929))
    if kind == "umlaut":
        return replace(other, name=f"Muller{family[6:]}, Jorg")
    if kind == "transposed digits":
        return replace(other, mrn=f"{mrn[1]}{mrn[0]}{mrn[2:]}Z", dob=born.replace(year=1928))
    if kind == "day and month swapped":
        swapped = born.replace(month=born.day, day=born.month)
        return replace(other, dob=swapped if swapped != born else born.replace(day=28))
    if kind == "accession used again":
        stranger = replace(other, accession=one.accession, name=f"{given}, {given} {family}")
        return replace(stranger, dob=born.replace(year=1927))
    if kind == "one number twice":
        return replace(other, mrn=mrn, name=f"{family}, {given}-Eva")
    return other


def _printed(rng: random.Random, who: Identity, kind: str, copy: int) -> Identity:
    """What one file of a person prints: not all, and not always in the same form."""
    left_out = rng.choice(LEFT_OUT)
    told = {each.name for each in fields(Identity)} - set(left_out)
    if not told & set(TELLS[kind]):
        left_out = ()
    name = who.name or ""
    if copy and kind == "initials":
        name = f"{name.split(', ')[0]}, {name.split(', ')[1][0]}."
    if copy and kind == "married name":
        name = f"Neuname{name}"
    if copy and kind == "umlaut":
        name = unicodedata.normalize("NFD", name)
    printed = replace(who, name=name)
    if copy and kind != "accession used again":
        printed = replace(printed, accession=f"{who.accession}/{copy}")
    return replace(printed, **dict.fromkeys(left_out))
