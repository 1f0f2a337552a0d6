"""An assay's scope in, what its silence about a marker means out.

Silence is "not detected" only where the assay looks at the marker, the file was read to its end
and the specimen was good enough (rules R40, R41, R43, R45). Anything else is not assessed or
indeterminate. The facts are rows of `data/assays.csv` and of the laboratory's own table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import InputError, KnowledgeError
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Coverage,
    Finding,
    Marker,
    MarkerState,
    Notice,
    Report,
    ReportStatus,
    Specimen,
    Status,
)
from pipeline.tables import packaged, rows
from pipeline.valued import cutoff

COLUMNS = (
    "assay", "version", "marker", "analyte", "covered", "min_tumour_percent", "min_depth",
    "vaf_lod", "amplification_copies", "source", "checked",
)  # fmt: skip
# A value must be printed; that nothing is printed says nothing about it.
_VALUED = frozenset(
    {
        AlterationClass.MSI,
        AlterationClass.MMR,
        AlterationClass.TMB,
        AlterationClass.IHC,
        AlterationClass.ISH,
    }
)
# Read on the tumour cells themselves under the microscope: dilution does not hide the result.
_ON_CELLS = frozenset({AlterationClass.MMR, AlterationClass.IHC, AlterationClass.ISH})
# DNA alone misses these (R41): long introns, or breakpoints that panels do not tile.
_NEEDS_RNA = frozenset(
    {Marker.NTRK1_FUSION, Marker.NTRK2_FUSION, Marker.NTRK3_FUSION, Marker.NRG1_FUSION}
)


@dataclass(frozen=True, kw_only=True)
class Assays:
    """The assays whose scope is known: (name, version) in lower case to what they cover."""

    known: dict[tuple[str, str], tuple[Coverage, ...]]

    def coverage(self, assay: str | None, version: str | None) -> tuple[Coverage, ...]:
        """What this version of the assay looks at; () for an assay or version without rows.

        A row without a version holds for every version that has no rows of its own.
        """
        if not assay:
            return ()
        own = self.known.get(_key(assay, version)) if version else None
        return own or self.known.get(_key(assay, None), ())

    def knows(self, assay: str) -> bool:
        """True if any version of the assay has rows."""
        return any(name == _key(assay, None)[0] for name, _ in self.known)


def assays(*texts: str) -> Assays:
    """The assays of these tables; a later table replaces an assay version of an earlier one."""
    known: dict[tuple[str, str], tuple[Coverage, ...]] = {}
    for text in texts:
        known |= _of_table(text)
    return Assays(known=known)


def shipped() -> str:
    """The table that comes with the package: fictional sample assays and sourced rows only."""
    return packaged("pipeline", "assays.csv")


def _key(assay: str, version: str | None) -> tuple[str, str]:
    return " ".join(assay.casefold().split()), (version or "").casefold().strip()


def _of_table(text: str) -> dict[tuple[str, str], tuple[Coverage, ...]]:
    try:
        table = rows(text)
    except KnowledgeError as error:
        raise InputError(f"assay table: {error}") from None
    found: dict[tuple[str, str], tuple[Coverage, ...]] = {}
    for number, row in enumerate(table, 2):
        key, covered = _row(row, number)
        found[key] = (*found.get(key, ()), *covered)
    return found


def _row(row: dict[str, str], number: int) -> tuple[tuple[str, str], tuple[Coverage, ...]]:
    if set(row) != set(COLUMNS):
        wrong = ", ".join(sorted(set(row) ^ set(COLUMNS)))
        raise InputError(f"assay table: columns missing or not known: {wrong}")
    if row["covered"] not in {"yes", "no"} or not row["assay"]:
        raise InputError(f"assay table, row {number}: name the assay, and covered is yes or no")
    covered = _coverage(row, number)
    return _key(row["assay"], row["version"]), (covered,) if row["covered"] == "yes" else ()


def _coverage(row: dict[str, str], number: int) -> Coverage:
    version = f" {row['version']}" if row["version"] else ""
    try:
        return Coverage(
            marker=Marker(row["marker"]),
            analyte=Analyte(row["analyte"]),
            source=f"{row['assay']}{version}: {row['source']}",
            min_tumour_percent=_number(row["min_tumour_percent"]),
            min_depth=int(row["min_depth"]) if row["min_depth"] else None,
            vaf_lod=_number(row["vaf_lod"]),
            amplification_copies=_number(row["amplification_copies"]),
        )
    except ValueError as error:
        raise InputError(f"assay table, row {number}: {error}") from None


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def silence(
    marker: Marker,
    report: Report,
    covered: Sequence[Coverage],
    specimen: Specimen | None = None,
) -> MarkerState:
    """What it means that *report* says nothing of *marker*.

    *covered* are the assay's rows; *specimen* is the one examined, if only one is.
    """
    own = [each for each in covered if each.marker is marker]
    nothing = _why_nothing(marker, report, own)
    if nothing:
        return _state(marker, Status.NOT_ASSESSED, Basis.DEFAULT, nothing, None)
    doubt = _why_doubtful(marker, report, own, specimen)
    status = Status.INDETERMINATE if doubt else Status.NOT_DETECTED
    detail = f"silent, {doubt}" if doubt else f"silent, covered by {own[0].source}"
    return _state(marker, status, Basis.INFERRED_FROM_PANEL, detail, specimen)


def _state(
    marker: Marker, status: Status, basis: Basis, detail: str, specimen: Specimen | None
) -> MarkerState:
    name = specimen.id if specimen else None
    return MarkerState(marker=marker, status=status, basis=basis, detail=detail, specimen=name)


def _why_nothing(marker: Marker, report: Report, own: Sequence[Coverage]) -> str | None:
    """Why silence proves nothing at all, or None."""
    if not report.status.is_read:
        return f"the report is {report.status.value}: nothing is concluded from it"
    if report.status is ReportStatus.FAILED:
        return "the test failed"
    if marker.alteration_class in _VALUED:
        return "no result is printed"
    if not own:
        return "not examined, as far as the assay's scope is known"
    if not report.completeness.proven:
        missing = "; ".join(report.completeness.missing) or report.completeness.evidence
        return f"the file is not proven to be complete ({missing})"
    return None


def _why_doubtful(
    marker: Marker, report: Report, own: Sequence[Coverage], specimen: Specimen | None
) -> str | None:
    """Why silence is weaker than "not detected", or None."""
    weak = low_adequacy(marker, report, own, specimen)
    if weak:
        return weak[0].message
    if any(notice.code == "unlisted_gene" for notice in report.notices):
        return "a result names a gene that is on no printed list"
    if marker in _NEEDS_RNA and all(each.analyte is not Analyte.RNA for each in own):
        return "examined in DNA only"
    return _limit_unknown(own, specimen)


def _limit_unknown(own: Iterable[Coverage], specimen: Specimen | None) -> str | None:
    limit = any(each.min_tumour_percent is not None for each in own)
    if limit and (specimen is None or specimen.tumour_percent is None):
        return "the assay asks for a minimum tumour content, and none is stated"
    return None


def low_adequacy(
    marker: Marker,
    report: Report,
    covered: Iterable[Coverage] = (),
    specimen: Specimen | None = None,
) -> tuple[Notice, ...]:
    """Why a negative for *marker* is not adequate: qualified report, plasma, low tumour content."""
    own = [each for each in covered if each.marker is marker]
    found = []
    if report.status is ReportStatus.QUALIFIED:
        found.append(Notice(code="qualified", message="the report is qualified"))
    if any(notice.code == "reduced_sensitivity" for notice in report.notices):
        told = "the report says that its sensitivity was reduced"
        found.append(Notice(code="reduced_sensitivity", message=told))
    if _is_plasma(own, specimen):
        found.append(Notice(code="plasma", message="examined in plasma"))
    found += _low_tumour_content(marker, own, specimen)
    return tuple(found)


def dna_only(marker: Marker, behind: Iterable[Finding]) -> tuple[Notice, ...]:
    """Why a printed negative for *marker* is weak if DNA alone was examined for it (R41)."""
    if marker not in _NEEDS_RNA:
        return ()
    seen = {each.analyte for found in behind for each in found.observations}
    said = (Notice(code="dna_only", message="this fusion was examined in DNA only"),)
    return said if seen == {Analyte.DNA} else ()


def _is_plasma(own: Sequence[Coverage], specimen: Specimen | None) -> bool:
    if specimen is not None and specimen.analyte is not None:
        return specimen.analyte is Analyte.CFDNA
    return bool(own) and all(each.analyte is Analyte.CFDNA for each in own)


def _low_tumour_content(
    marker: Marker, own: Iterable[Coverage], specimen: Specimen | None
) -> list[Notice]:
    """The limit is the assay's, else the general one; below it, not at it (R43)."""
    on_cells = marker.alteration_class in _ON_CELLS
    if on_cells or specimen is None or specimen.tumour_percent is None:
        return []
    amplified = marker.alteration_class is AlterationClass.AMPLIFICATION
    general = cutoff("low_tumour_percent_amplification" if amplified else "low_tumour_percent")
    limits = [each.min_tumour_percent for each in own if each.min_tumour_percent is not None]
    limit = max(limits) if limits else general
    if specimen.tumour_percent >= limit:
        return []
    told = f"tumour content {specimen.tumour_percent:g} % is below {limit:g} %"
    return [Notice(code="low_tumour_content", message=told)]
