"""A table written by hand in (manifest, patients, findings), typed rows out.

The columns are exactly those of the design; one that is not known is an error, one that is
missing and an empty cell mean "not stated". Leading zeros and the text "NA" are kept as they are.
Every error names the row (the heading is row 1) and the column, and never quotes an identifier.
"""

import csv
import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pipeline.alterations import classify
from pipeline.errors import InputError
from pipeline.genes import marker_of, symbol_of
from pipeline.model import (
    Analyte,
    Assembly,
    Basis,
    Identity,
    Marker,
    Observation,
    Significance,
    Source,
    Specimen,
    Status,
)
from pipeline.patient import Jurisdiction, Patient, Site, Stage

_IDENTITY = ("case", "mrn", "assigning_authority", "name", "dob")
MANIFEST_COLUMNS = (
    "file", "sha256", *_IDENTITY, "accession", "specimen_id", "assay", "assembly",
    "tumour_sample", "collected", "tumour_percent",
)  # fmt: skip
_YES_NO = (
    "biliary_obstruction", "biliary_drainage", "cardiac_disease", "hearing_loss",
    "autoimmune_disease", "organ_transplant", "ild", "pregnant", "symptomatic",
    "profiling_pending", "liver_dominant", "immunotherapy_contraindication", "on_treatment",
    "no_satisfactory_alternative", "delay_proposed",
)  # fmt: skip
_AMOUNTS = (
    "crcl_ml_min", "bilirubin", "bilirubin_uln", "lvef_percent", "qtc_ms",
    "expected_survival_months", "months_since_adjuvant",
)  # fmt: skip
_WORDS = (
    "sex",
    "histology",
    "crcl_method",
    "progressed_on",
    "best_response",
    "radiotherapy_intent",
)
_METABOLISERS = ("normal", "intermediate", "poor")
PATIENT_COLUMNS = (
    *_IDENTITY, "sex", "jurisdiction", "as_of", "site", "histology", "stage", "ecog",
    "prior_lines", "prior_agents", "crcl_ml_min", "crcl_method", "bilirubin", "bilirubin_uln",
    "bilirubin_unit", "biliary_obstruction", "biliary_drainage", "cardiac_disease",
    "neuropathy_grade", "hearing_loss", "autoimmune_disease", "organ_transplant", "ild",
    "lvef_percent", "dpyd", "ugt1a1", "qtc_ms", "pregnant", "symptomatic", "profiling_pending",
    "expected_survival_months", "liver_dominant", "immunotherapy_contraindication",
    "on_treatment", "progressed_on", "best_response", "no_satisfactory_alternative",
    "months_since_adjuvant", "last_targeted_end", "radiotherapy_intent", "delay_proposed",
)  # fmt: skip
FINDING_COLUMNS = (
    "case", "gene", "alteration", "status", "significance", "method", "value", "unit",
    "specimen", "tumour_percent", "collected", "source",
)  # fmt: skip
_METHODS = {
    "NGS-DNA": Analyte.DNA, "NGS-RNA": Analyte.RNA, "ctDNA": Analyte.CFDNA,
    "IHC": Analyte.PROTEIN, "ISH": Analyte.DNA, "PCR": Analyte.DNA,
}  # fmt: skip
READER = "findings table"
_LIKE_A_HEADING = re.compile(r"[A-Z]{2,4}|[a-z_;|\t]{1,80}")

Choice = TypeVar("Choice", bound=StrEnum)
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """Which file belongs to whom: one row of `manifest.csv`.

    *assay* is `name` or `name@version`, as written; *tumour_percent* is 0 to 100.
    """

    file: str | None = None
    sha256: str | None = None
    case: str | None = None
    identity: Identity = field(default_factory=Identity)
    assay: str | None = None
    assembly: Assembly | None = None
    tumour_sample: str | None = None
    collected: date | None = None
    tumour_percent: float | None = None

    @property
    def assay_and_version(self) -> tuple[str | None, str | None]:
        """Name and version of the assay (``name@version``); None for what is not stated."""
        name, _, version = (self.assay or "").partition("@")
        return name.strip() or None, version.strip() or None


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A result known from elsewhere: one row of `findings.csv`, and the specimen it was made on."""

    case: str
    observation: Observation
    specimen: Specimen


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """The cells of one row by column; asks for a value in the form that it must have."""

    number: int
    values: dict[str, str]

    def text(self, column: str) -> str | None:
        return self.values.get(column) or None

    def error(self, column: str, told: str) -> InputError:
        return InputError(f"row {self.number}, column {column}: {told}")

    def amount(self, column: str, *, most: float = math.inf) -> float | None:
        """A number from 0 to *most*; a decimal comma is refused, it may be a separator."""
        cell = self.text(column)
        if cell is None:
            return None
        if not re.fullmatch(r"\d+(\.\d+)?", cell):
            raise self.error(column, "must be a number such as 12 or 12.5")
        value = float(cell)
        if value > most:
            raise self.error(column, f"must not be above {most:g}")
        return value

    def count(self, column: str, *, most: int) -> int | None:
        cell = self.text(column)
        if cell is None:
            return None
        if not re.fullmatch(r"\d+", cell) or int(cell) > most:
            raise self.error(column, f"must be a whole number from 0 to {most}")
        return int(cell)

    def day(self, column: str) -> date | None:
        cell = self.text(column)
        if cell is None:
            return None
        # The pattern first: `fromisoformat` also takes 20260314 and week dates.
        written = re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell)
        try:
            return date.fromisoformat(cell if written else "")
        except ValueError:
            raise self.error(column, "must be a date such as 2026-03-14") from None

    def yes_no(self, column: str) -> bool | None:
        cell = self.text(column)
        if cell not in {None, "yes", "no"}:
            raise self.error(column, "must be yes or no")
        return None if cell is None else cell == "yes"

    def one_of(self, column: str, choices: tuple[str, ...]) -> str | None:
        cell = self.text(column)
        if cell is not None and cell not in choices:
            raise self.error(column, f"must be one of {', '.join(choices)}")
        return cell

    def choice(self, column: str, kind: type[Choice]) -> Choice | None:
        cell = self.one_of(column, tuple(item.value for item in kind))
        return None if cell is None else kind(cell)

    def identity(self) -> Identity:
        return Identity(
            mrn=self.text("mrn"),
            assigning_authority=self.text("assigning_authority"),
            name=self.text("name"),
            dob=self.day("dob"),
            accession=self.text("accession"),
            specimen_id=self.text("specimen_id"),
        )


_TOO_LONG = "a cell is longer than any value: is a quotation mark missing?"
_LONGEST_CELL = 131_072
"""Characters: what the standard library allows a cell unless it is told otherwise."""


def manifest(text: str) -> tuple[ManifestRow, ...]:
    """The rows of `manifest.csv`; `InputError` names the row and column that is wrong."""
    return _table(text, MANIFEST_COLUMNS, _manifest_row)


def patients(text: str) -> tuple[Patient, ...]:
    """The rows of `patients.csv`, one patient each; two rows with one case are an error."""
    found = _table(text, PATIENT_COLUMNS, _patient)
    cases = [each.case for each in found if each.case]
    twice = next((case for case in cases if cases.count(case) > 1), None)
    if twice is not None:
        rows = [number for number, each in enumerate(found, 2) if each.case == twice]
        raise InputError(f"rows {rows[0]} and {rows[1]}, column case: one patient has one row")
    return found


def findings(text: str) -> tuple[FindingRow, ...]:
    """The rows of `findings.csv`; each names a case, a status and what was found or looked for."""
    return _table(text, FINDING_COLUMNS, _finding)


def _table(text: str, columns: tuple[str, ...], read: Callable[[_Cells], Row]) -> tuple[Row, ...]:
    try:
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=False))
    except csv.Error:
        raise InputError(_TOO_LONG) from None
    # The limit of the module itself is one for all of the process: others may have lifted it.
    if any(len(cell) > _LONGEST_CELL for line in lines for cell in line):
        raise InputError(_TOO_LONG)
    header = [cell.strip() for cell in lines[0]] if lines else []
    _check_header(header, columns)
    return tuple(
        read(_cells(header, line, number))
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    )


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    unknown = [
        _heading(name, number) for number, name in enumerate(header, 1) if name not in columns
    ]
    if unknown:
        raise InputError(f"column not known: {', '.join(unknown)}; known are {', '.join(columns)}")
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise InputError(f"column named twice: {', '.join(sorted(twice))}")
    if not header:
        raise InputError("the table is empty: its first line must name the columns")


def _heading(name: str, number: int) -> str:
    # Where the heading is missing this is the first row, and may be a person.
    return name if _LIKE_A_HEADING.fullmatch(name) else f"the one at place {number}"


def _cells(header: list[str], line: list[str], number: int) -> _Cells:
    if len(line) > len(header):
        told = f"row {number} has {len(line)} cells under {len(header)} columns"
        raise InputError(f"{told}; a value that holds a comma needs quotation marks")
    padded = [cell.strip() for cell in line] + [""] * (len(header) - len(line))
    return _Cells(number=number, values=dict(zip(header, padded, strict=True)))


def _manifest_row(cells: _Cells) -> ManifestRow:
    sha256 = cells.text("sha256")
    if sha256 and not re.fullmatch(r"[0-9A-Fa-f]{64}", sha256):
        raise cells.error("sha256", "must be 64 hexadecimal digits")
    if not cells.text("file") and not sha256:
        raise cells.error("file", "name the file, or give its sha256")
    return ManifestRow(
        file=cells.text("file"),
        sha256=sha256.lower() if sha256 else None,
        case=cells.text("case"),
        identity=cells.identity(),
        assay=cells.text("assay"),
        assembly=cells.choice("assembly", Assembly),
        tumour_sample=cells.text("tumour_sample"),
        collected=cells.day("collected"),
        tumour_percent=cells.amount("tumour_percent", most=100),
    )


def _patient(cells: _Cells) -> Patient:
    unit = cells.one_of("bilirubin_unit", ("mg/dl", "umol/l"))
    bilirubin = cells.text("bilirubin") or cells.text("bilirubin_uln")
    if bilirubin and unit is None:
        raise cells.error("bilirubin_unit", "a bilirubin needs its unit: mg/dl or umol/l")
    return Patient(
        case=cells.text("case"),
        identity=cells.identity(),
        jurisdiction=cells.choice("jurisdiction", Jurisdiction),
        as_of=cells.day("as_of"),
        site=cells.choice("site", Site),
        stage=cells.choice("stage", Stage),
        ecog=cells.count("ecog", most=5),
        prior_lines=cells.count("prior_lines", most=20),
        prior_agents=_agents(cells),
        bilirubin_unit=unit,
        neuropathy_grade=cells.count("neuropathy_grade", most=5),
        dpyd=cells.one_of("dpyd", _METABOLISERS),
        ugt1a1=cells.one_of("ugt1a1", _METABOLISERS),
        last_targeted_end=cells.day("last_targeted_end"),
        **{column: cells.text(column) for column in _WORDS},  # type: ignore[arg-type]
        **{column: cells.yes_no(column) for column in _YES_NO},  # type: ignore[arg-type]
        **{column: cells.amount(column) for column in _AMOUNTS},  # type: ignore[arg-type]
    )


def _agents(cells: _Cells) -> tuple[str, ...] | None:
    """The agents given before; an empty cell is "not stated", the word "none" is none."""
    cell = cells.text("prior_agents")
    if cell is None:
        return None
    agents = tuple(part.strip().lower() for part in cell.split(";") if part.strip())
    return () if agents == ("none",) else agents


def _finding(cells: _Cells) -> FindingRow:
    case, status = cells.text("case"), cells.choice("status", Status)
    if case is None:
        raise cells.error("case", "every finding names its case")
    if status is None:
        raise cells.error("status", f"must be one of {', '.join(Status)}")
    method = cells.one_of("method", tuple(_METHODS))
    analyte = _METHODS[method] if method else None
    return FindingRow(
        case=case,
        observation=_observation(cells, status, method, analyte),
        specimen=Specimen(
            id=cells.text("specimen"),
            analyte=analyte,
            tumour_percent=cells.amount("tumour_percent", most=100),
            collected=cells.day("collected"),
        ),
    )


def _observation(
    cells: _Cells, status: Status, method: str | None, analyte: Analyte | None
) -> Observation:
    alteration = cells.text("alteration")
    marker = _marker(cells, method)
    verbatim = " ".join(filter(None, (cells.text("gene"), alteration, cells.text("source"))))
    return Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        source=Source(sha256="", reader=READER, text=verbatim or status, line=cells.number),
        gene=cells.text("gene"),
        alteration=alteration,
        significance=cells.choice("significance", Significance) or Significance.UNKNOWN,
        analyte=analyte,
        value=cells.amount("value"),
        unit=cells.text("unit"),
        specimen=cells.text("specimen"),
    )


def _marker(cells: _Cells, method: str | None) -> Marker:
    """The marker that a row speaks of, from its gene, its alteration and its method."""
    gene, alteration = cells.text("gene"), cells.text("alteration") or ""
    symbol = symbol_of(gene) if gene else None
    kind = classify(symbol, " ".join(filter(None, (_stain(method, symbol), alteration))))
    if kind is None and gene and symbol is None:
        kind = classify(None, gene)
    marker = marker_of(symbol, kind) if kind else None
    if marker is None:
        raise cells.error(
            "alteration", "gene and alteration name no marker that is kept, or more than one"
        )
    return marker


def _stain(method: str | None, symbol: str | None) -> str | None:
    """The method, where it decides the class: HER2 by stain or in situ is not the gene panel."""
    return method if method in {"IHC", "ISH"} and symbol == "ERBB2" else None
