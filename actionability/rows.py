"""The rows of the knowledge tables: a row of text cells in, a frozen row with parsed cells out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from actionability.dates import counts_from
from actionability.grammar import Call, calls, listed
from pipeline.errors import KnowledgeError
from pipeline.model import Marker
from pipeline.patient import FlagKind, Jurisdiction, Site, Tiers

Cells = Mapping[str, str]
RECALLED = "(recalled, not checked)"


class LabelStatus(StrEnum):
    """What a jurisdiction says of a therapy for a biomarker in biliary tract cancer."""

    REGULAR = "regular"
    AUTHORISED = "authorised"
    APPROVED = "approved"
    ACCELERATED = "accelerated"
    CONDITIONAL = "conditional"
    OUTSIDE_LABEL = "outside_label"
    NOT_AUTHORISED = "not_authorised"
    OFF_LABEL = "off_label"
    GUIDELINE = "guideline"
    TRIAL_ONLY = "trial_only"
    WITHDRAWN = "withdrawn"
    OTHER_TUMOUR = "other_tumour"
    NONE = "none"

    @property
    def is_barred(self) -> bool:
        """True if the therapy must not be used for this tumour: withdrawn, or not its label."""
        return self in _BARRED

    @property
    def is_unlabelled(self) -> bool:
        """True if no label of the jurisdiction carries the therapy for this tumour."""
        return self in _UNLABELLED

    @property
    def words(self) -> str:
        """The status as a page prints it."""
        if self is LabelStatus.OTHER_TUMOUR:
            return "for another tumour only"
        return self.value.replace("_", " ")


_BARRED = frozenset({LabelStatus.WITHDRAWN, LabelStatus.OTHER_TUMOUR})
_UNLABELLED = frozenset(
    {
        LabelStatus.NOT_AUTHORISED,
        LabelStatus.OFF_LABEL,
        LabelStatus.GUIDELINE,
        LabelStatus.TRIAL_ONLY,
        LabelStatus.NONE,
    }
)


class Unknown(StrEnum):
    """What a missing fact does to a caution."""

    ASK = "ASK"
    CONDITION = "CONDITION"
    SILENT = "SILENT"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The trial behind a row, as printed: recalled cells say so."""

    text: str | None
    recalled: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Indication:
    """One row: biomarker x therapy x disease scope x line x jurisdiction x period."""

    id: str
    group: str
    markers: tuple[Marker, ...]
    match: Call
    alteration: str
    therapy: str
    line: str
    jurisdiction: Jurisdiction
    status: LabelStatus
    valid_from: date | None
    valid_to: date | None
    printed_from: str
    label_scope: str
    requires: tuple[Call, ...]
    figures: Figures
    tiers: Tiers
    own_tumour: bool
    note: str | None
    source: str
    checked: str
    recall: frozenset[str]

    def is_valid_on(self, day: date) -> bool:
        """From its date to the day before `valid_to`."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)

    @cached_property
    def needs(self) -> str:
        """What the therapy asks of the tumour, in words."""
        return f"{self.therapy} needs {self.alteration}"

    @cached_property
    def is_unverified(self) -> bool:
        """True if the status or its date is recalled, not checked."""
        return bool(self.recall & {"status", "valid_from"})

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """The names of the cells that nobody checked."""
        cells = tuple(sorted(self.recall))
        if self.status is LabelStatus.APPROVED:
            cells = (*cells, "approval type")
        return cells if self.checked == "yes" else (*cells, f"row checked: {self.checked}")

    @cached_property
    def printed_status(self) -> str:
        """The status of the row's jurisdiction, its date and its scope, as one sentence."""
        status = self.status.words + (f" {RECALLED}" if "status" in self.recall else "")
        dated = self.printed_from and self.status is not LabelStatus.OUTSIDE_LABEL
        since = f" since {self.printed_from}" if dated else ""
        date_recalled = f" {RECALLED}" if since and "valid_from" in self.recall else ""
        scope = f" ({self.label_scope})" if self.label_scope else ""
        note = f"; {self.note}" if self.note and self.status.is_barred else ""
        return f"{self.jurisdiction}: {status}{since}{date_recalled}{scope}{note}"

    @classmethod
    def of(cls, cells: Cells) -> "Indication":
        """The row; `KnowledgeError` or `ValueError` if a cell is not of its kind."""
        recall = frozenset(listed(cells["recall"]))
        match = calls(cells["match"])
        if len(match) != 1:
            raise KnowledgeError("the cell 'match' asks exactly one question")
        none = cells["markers"] == "none"
        return cls(
            id=cells["id"],
            group=cells["group"],
            markers=() if none else tuple(Marker(m) for m in listed(cells["markers"])),
            match=match[0],
            alteration=cells["alteration"],
            therapy=cells["therapy"],
            line=cells["line"],
            jurisdiction=Jurisdiction(cells["jurisdiction"]),
            status=LabelStatus(cells["status"]),
            valid_from=counts_from(cells["valid_from"]),
            valid_to=counts_from(cells["valid_to"]),
            printed_from=cells["valid_from"],
            label_scope=cells["label_scope"],
            requires=calls(cells["requires"]),
            figures=figures(cells, recall),
            tiers=Tiers(
                amp_asco_cap=cell(cells, "amp_asco_cap", recall),
                escat=cell(cells, "escat", recall),
                evidence=cell(cells, "evidence", recall),
            ),
            own_tumour=cells["evidence_scope"] == "biliary",
            note=cells["note"] or None,
            source=cells["source"],
            checked=cells["checked"],
            recall=recall,
        )


@dataclass(frozen=True, kw_only=True)
class Regimen:
    """One chemotherapy regimen or supportive measure in one line."""

    id: str
    regimen: str
    line: str
    rank: int
    at_most: FlagKind | None
    never_above: str | None
    requires: tuple[Call, ...]
    agents: tuple[str, ...]
    schedule: tuple[str, ...]
    note: str | None
    figures: Figures
    because: str
    source: str
    checked: str

    @classmethod
    def of(cls, cells: Cells) -> "Regimen":
        """The row; `KnowledgeError` or `ValueError` if a cell is not of its kind."""
        recall = frozenset(listed(cells["recall"]))
        schedule = [cell(cells, name, recall) for name in _SCHEDULE]
        return cls(
            id=cells["id"],
            regimen=cells["regimen"],
            line=cells["line"],
            rank=int(cells["rank"]),
            at_most=FlagKind(cells["at_most"]) if cells["at_most"] else None,
            never_above=cells["never_above"] or None,
            requires=calls(cells["requires"]),
            agents=listed(cells["agents"]),
            schedule=tuple(text for text in schedule if text),
            note=cell(cells, "note", recall),
            figures=figures(cells, recall),
            because=cells["because"],
            source=cells["source"],
            checked=cells["checked"],
        )


_SCHEDULE = ("components", "duration", "maintenance", "monitoring")


_SETS_BACK = " below chemotherapy"


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One safety gate or standing warning; *scope* names drugs, classes or row groups."""

    id: str
    scope: frozenset[str]
    jurisdiction: Jurisdiction | None
    asks: Call | None
    if_fail: FlagKind | None
    sets_back: bool
    if_unknown: Unknown
    sentence: str
    checked: str

    @classmethod
    def of(cls, cells: Cells) -> "Caution":
        """The row; `KnowledgeError` or `ValueError` if a cell is not of its kind."""
        asks = calls(cells["asks"])
        if len(asks) > 1:
            raise KnowledgeError("a caution asks one question")
        if_fail = cells["if_fail"].removesuffix(_SETS_BACK)
        if asks and if_fail not in {"BLOCK", "CAUTION", "FLAG"}:
            raise KnowledgeError("a caution that fails is BLOCK, CAUTION or FLAG")
        return cls(
            id=cells["id"],
            scope=frozenset(listed(cells["scope"])),
            jurisdiction=Jurisdiction(cells["jurisdiction"]) if cells["jurisdiction"] else None,
            asks=asks[0] if asks else None,
            if_fail=FlagKind(if_fail) if asks else None,
            sets_back=cells["if_fail"].endswith(_SETS_BACK),
            if_unknown=Unknown(cells["if_unknown"]) if asks else Unknown.SILENT,
            sentence=cells["sentence"],
            checked=cells["checked"],
        )

    @cached_property
    def printed(self) -> str:
        """The sentence as a page prints it; a recalled one says so."""
        recalled = self.checked == "recall" and "recalled" not in self.sentence
        return f"{self.sentence} {RECALLED}" if recalled else self.sentence


@dataclass(frozen=True, kw_only=True)
class Concerns:
    """The cautions of one row: *gates* ask, the sentences of *standing* are always printed."""

    gates: tuple[Caution, ...]
    standing: tuple[str, ...]

    @classmethod
    def of(cls, cautions: Iterable[Caution]) -> "Concerns":
        """The cautions, parted."""
        rows = tuple(cautions)
        return cls(
            gates=tuple(row for row in rows if row.asks),
            standing=tuple(row.printed for row in rows if not row.asks),
        )


@dataclass(frozen=True, kw_only=True)
class Resistance:
    """Alleles of one marker that take a therapy away; `G810*` is any change of the residue."""

    id: str
    marker: Marker
    alleles: tuple[str, ...]
    therapies: frozenset[str]
    jurisdiction: Jurisdiction | None
    effect: FlagKind
    sentence: str

    @classmethod
    def of(cls, cells: Cells) -> "Resistance":
        """The row; `ValueError` if a cell is not of its kind."""
        return cls(
            id=cells["id"],
            marker=Marker(cells["marker"]),
            alleles=tuple(cells["alleles"].split()),
            therapies=frozenset(listed(cells["therapy"])),
            jurisdiction=Jurisdiction(cells["jurisdiction"]) if cells["jurisdiction"] else None,
            effect=FlagKind(cells["effect"]),
            sentence=cells["sentence"],
        )


@dataclass(frozen=True, kw_only=True)
class Reflex:
    """The test to order where a marker is silent; *is_core* for those every profile must hold."""

    marker: Marker
    is_core: bool
    if_not_assessed: str
    if_indeterminate: str
    not_needed_if: Marker | None

    @classmethod
    def of(cls, cells: Cells) -> "Reflex":
        """The row; `ValueError` if a cell is not of its kind."""
        other = cells["not_needed_if"]
        return cls(
            marker=Marker(cells["marker"]),
            is_core=cells["core"] == "yes",
            if_not_assessed=cells["if_not_assessed"],
            if_indeterminate=cells["if_indeterminate"],
            not_needed_if=Marker(other) if other else None,
        )


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence for the page, printed where all its questions pass (none: always)."""

    id: str
    when: tuple[Call, ...]
    sentence: str

    @classmethod
    def of(cls, cells: Cells) -> "Note":
        """The row; `KnowledgeError` if a question is not of the grammar."""
        return cls(id=cells["id"], when=calls(cells["when"]), sentence=cells["sentence"])


@dataclass(frozen=True, kw_only=True)
class SiteScope:
    """Whether a label's disease scope takes a site in."""

    scope: str
    site: Site
    answer: str
    sentence: str

    @classmethod
    def of(cls, cells: Cells) -> "SiteScope":
        """The row; `ValueError` if a cell is not of its kind."""
        if cells["answer"] not in {"inside", "unsure", "outside", "excluded"}:
            raise KnowledgeError("a site is inside, unsure, outside or excluded")
        site = Site(cells["site"])
        return cls(
            scope=cells["scope"], site=site, answer=cells["answer"], sentence=cells["sentence"]
        )


_FIGURES = {"trial": "", "nct": "", "n": "n=", "orr": "ORR ", "pfs": "PFS ", "os": "OS "}
_MONTHS = frozenset({"pfs", "os"})


def cell(cells: Cells, name: str, recall: frozenset[str]) -> str | None:
    """A cell as a page prints it; a recalled one says so."""
    if not cells[name]:
        return None
    return f"{cells[name]} {RECALLED}" if name in recall else cells[name]


def figures(cells: Cells, recall: frozenset[str]) -> Figures:
    """The trial and its figures in one line (PFS and OS are medians in months)."""
    given = [(name, cell(cells, name, recall)) for name in _FIGURES]
    printed = [f"{_FIGURES[name]}{text}" for name, text in given if text]
    if any(name in _MONTHS and text for name, text in given):
        printed.append("(PFS and OS: median months)")
    toxicity = cells.get("toxicity")
    text = "; ".join([*printed, toxicity] if toxicity else printed)
    return Figures(text=text or None, recalled=tuple(sorted(recall)))
