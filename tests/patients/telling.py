"""A file of patients in, each patient's reports and what is expected of them out.

A patient is a block of lines that an oncologist can read. It passes through the same doors as a
table written by hand: `findings.csv`, normalisation, reconciliation, interpretation.

    # R9 IDH1 R132C after the first line: ivosidenib, its figures told honestly
    patient: fit, US, intrahepatic, 1 line: gemcis; durvalumab
    report: NGS-DNA, S1, 40 % tumour, 2026-05-01
      IDH1 | p.R132C | detected
    flags: SUGGEST ivosidenib
    second: SUGGEST ivosidenib > SUGGEST FOLFOX > SUGGEST FOLFIRI > ...
    says: ivosidenib | few responses
    near: pemigatinib | order: RNA fusion panel
    order: FGFR2 fusion | RNA fusion panel
    note: Quality of life

`flags` is the whole list (kind and therapy; "in EU" where only one label says so), and
`first`, `second`, `third`, `maintenance` and `adjuvant` are whole lists in their order.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from actionability import knowledge
from actionability.interpret import interpret
from flows.outside import outside
from pipeline import sheets
from pipeline.coverage import assays, shipped
from pipeline.model import ReportResult
from pipeline.patient import Interpretation, Jurisdiction, Patient, Site
from pipeline.reconcile import reconcile

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)
KNOWLEDGE = knowledge.load()
LISTS = ("first", "second", "third", "maintenance", "adjuvant")
FIT = {
    "stage": "IV", "ecog": "1", "crcl_ml_min": "80", "bilirubin": "0.8", "bilirubin_uln": "1.0",
    "bilirubin_unit": "mg/dl", "biliary_obstruction": "no", "cardiac_disease": "no",
    "neuropathy_grade": "0", "hearing_loss": "no", "autoimmune_disease": "no",
    "organ_transplant": "no", "immunotherapy_contraindication": "no", "ild": "no",
    "lvef_percent": "60", "qtc_ms": "420", "dpyd": "normal", "ugt1a1": "normal",
    "sex": "male", "pregnant": "no",
}  # fmt: skip
_NOTHING_ELSE = {"stage": "IV", "sex": "male"}
_EXPECTED = (
    *LISTS, "flags", "says", "unsaid", "near", "order", "note", "no note", "marker", "notice"
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """One patient as written: the rules it shows, context, reports, and what is expected."""

    title: str
    context: str
    reports: tuple[tuple[str, tuple[str, ...]], ...]
    expected: tuple[tuple[str, str], ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the title names."""
        return tuple(re.findall(r"\bR\d+\b", self.title))

    def wanted(self, what: str) -> list[str]:
        """Every expectation of one kind."""
        return [text for name, text in self.expected if name == what]


def patients() -> list[Told]:
    """Every patient of every file beside this one."""
    return [told for path in sorted(HERE.glob("*.txt")) for told in _blocks(path)]


def _blocks(path: Path) -> Iterator[Told]:
    for block in re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = block.rstrip().splitlines()
        yield _told(title, [line for line in lines if line.strip()])


def _told(title: str, lines: list[str]) -> Told:
    context, reports, expected = "", [], []
    for line in lines:
        name, _, text = line.partition(": ")
        if line.startswith("  "):
            reports[-1][1].append(line.strip())
        elif name == "patient":
            context = text
        elif name == "report":
            reports.append((text, []))
        else:
            assert name in _EXPECTED, f"{title}: no such line: {line}"
            expected.append((name, text.strip()))
    return Told(
        title=title,
        context=context,
        reports=tuple((head, tuple(rows)) for head, rows in reports),
        expected=tuple(expected),
    )


def interpreted(told: Told, reports: tuple[ReportResult, ...] | None = None) -> Interpretation:
    """The patient's interpretation; *reports* stand in for those of the file."""
    found = results(told) if reports is None else reports
    who = patient(told.context)
    case = reconcile("case-1", who, found)
    return interpret(
        case, KNOWLEDGE, as_of=who.as_of or TODAY, jurisdictions=None, code_version="test"
    )


def patient(context: str) -> Patient:
    """`fit, US, distal, 1 line: gemcis, ecog=2` as a row of `patients.csv`."""
    row: dict[str, str] = {"case": "case-1"}
    for part in (part.strip() for part in context.split(",")):
        row |= _cells(part)
    return sheets.patients(_csv(row))[0]


def _cells(part: str) -> dict[str, str]:
    if part == "fit":
        return FIT
    if part == "little known":
        return _NOTHING_ELSE
    if part in set(Jurisdiction):
        return {"jurisdiction": part}
    if part in set(Site):
        return {"site": part}
    if part == "untreated":
        return {"prior_lines": "0", "prior_agents": "none"}
    if found := re.fullmatch(r"(\d+) lines?: (.+)", part):
        return {"prior_lines": found[1], "prior_agents": found[2]}
    name, _, value = part.partition("=")
    return {name: value}


def results(told: Told) -> tuple[ReportResult, ...]:
    """Each report of the block, as `findings.csv` would bring it."""
    return tuple(_result(head, rows) for head, rows in told.reports)


def _result(head: str, rows: tuple[str, ...]) -> ReportResult:
    text = _csv(*(_finding(head, row) for row in rows))
    return outside(sheets.findings(text), assays(shipped()))[0].result


def _finding(head: str, row: str) -> dict[str, str]:
    """`IDH1 | p.R132C | detected | IHC` under `NGS-DNA, S1, 40 % tumour, 2026-05-01`."""
    gene, alteration, status, *more = (cell.strip() for cell in row.split("|"))
    cells = {"case": "case-1", "gene": gene, "alteration": alteration, "source": head}
    cells["status"] = status.replace(" ", "_")
    for part in (part.strip() for part in head.split(",")):
        cells |= _of_the_report(part)
    for part in more:
        name, _, value = part.partition("=")
        cells |= {name: value} if value else {"method": part}
    return cells


def _of_the_report(part: str) -> dict[str, str]:
    if found := re.fullmatch(r"(\d+) % tumour", part):
        return {"tumour_percent": found[1]}
    if re.fullmatch(r"\d{4}-\d\d-\d\d", part):
        return {"collected": part}
    if part in {"NGS-DNA", "NGS-RNA", "ctDNA", "IHC", "ISH", "PCR"}:
        return {"method": part}
    return {"specimen": part}


def _csv(*rows: dict[str, str]) -> str:
    columns = dict.fromkeys(name for row in rows for name in row)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
