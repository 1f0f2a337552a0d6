"""What every record of one VCF is read against: build, columns, filters and the file's identity."""

from dataclasses import dataclass
from enum import StrEnum

from parsers.vcf_columns import Columns
from parsers.vcf_header import Header
from parsers.vcf_records import Record
from pipeline.genes import marker_of
from pipeline.model import (
    AlterationClass,
    Analyte,
    Assembly,
    Basis,
    Coverage,
    Marker,
    Observation,
    Significance,
    Source,
    Status,
)

READER = "vcf 1"
_LONGEST = 300
STRONG = {Significance.PATHOGENIC, Significance.LIKELY_PATHOGENIC}


class Verdict(StrEnum):
    """What FILTER says of a row."""

    PASS = "PASS"  # noqa: S105 -- the word of the VCF, not a password
    DOUBTFUL = "FILTER is missing beside rows that carry one"
    FAILED = "FILTER failed"


@dataclass(frozen=True, kw_only=True)
class Passed:
    """An allele that is no finding, with the reason; *known* names it if it is a known change."""

    line: int
    reason: str
    known: str | None = None


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One file, as far as its records need to know it.

    *unclosed* is the number of the last line if no newline closes it: it may be cut.
    """

    sha256: str
    header: Header
    columns: Columns
    assembly: Assembly
    uses_filter: bool
    covered: tuple[Coverage, ...] = ()
    unclosed: int | None = None
    tumour_percent: float | None = None
    ploidy: float | None = None

    def verdict(self, record: Record) -> Verdict:
        """PASS, a failed filter, or a row that nobody filtered among rows that were."""
        if record.filters is None:
            return Verdict.DOUBTFUL if self.uses_filter else Verdict.PASS
        return Verdict.FAILED if record.filters else Verdict.PASS

    def source(self, record: Record) -> Source:
        """The line, verbatim up to 300 characters."""
        return Source(
            sha256=self.sha256, reader=READER, text=record.text[:_LONGEST], line=record.line
        )

    def cut_off(self, marker: Marker | None) -> float | None:
        """From how many copies the assay calls an amplification, as far as it is known."""
        own = (each for each in self.covered if each.marker is marker)
        return next((each.amplification_copies for each in own), None)

    def least_depth(self, gene: str, kind: AlterationClass) -> int | None:
        """From how many reads on the declared assay makes a negative, as far as it is known."""
        marker = marker_of(gene, kind)
        own = [each.min_depth for each in self.covered if each.marker is marker]
        return max((depth for depth in own if depth is not None), default=None)

    def detection_limit(self, gene: str, kind: AlterationClass) -> float | None:
        """From which allele fraction on the declared assay sees a change, as far as it is known."""
        marker = marker_of(gene, kind)
        own = [each.vaf_lod for each in self.covered if each.marker is marker]
        return min((limit for limit in own if limit is not None), default=None)

    def covers(self, gene: str, kind: AlterationClass) -> bool:
        """True if the declared assay makes a negative out of silence for this gene and class."""
        marker = marker_of(gene, kind)
        return any(each.marker is marker for each in self.covered)

    def doubts(self, record: Record) -> tuple[str, ...]:
        """Why a row cannot be believed outright; empty if it can."""
        found = []
        if self.verdict(record) is Verdict.DOUBTFUL:
            found.append("the row has no FILTER, other rows of the file do")
        if record.line == self.unclosed:
            found.append("no newline ends the row: it may be cut")
        return tuple(found)

    def observe(  # noqa: PLR0913 -- an observation has this many sides
        self,
        record: Record,
        *,
        gene: str,
        kind: AlterationClass,
        status: Status,
        alteration: str,
        significance: Significance,
        notes: tuple[str, ...] = (),
        vaf: float | None = None,
        depth: int | None = None,
        copies: float | None = None,
    ) -> Observation | Passed:
        """An observation on the marker of a gene, or why there is none to speak of."""
        marker: Marker | None = marker_of(gene, kind)
        if marker is None:
            return Passed(line=record.line, reason=f"no marker for a {gene} {kind}")
        return Observation(
            marker=marker,
            status=status,
            basis=Basis.EXPLICIT,
            source=self.source(record),
            gene=gene,
            alteration=alteration,
            significance=significance,
            analyte=Analyte.DNA,
            specimen=self.columns.tumour,
            vaf=vaf,
            depth=depth,
            copies=copies,
            note="; ".join(notes) or None,
        )
