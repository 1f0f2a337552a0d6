"""What a vendor reader found in, the finished `Reading` out: the part all families share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers import amended, drift, standing
from parsers.claims import Found, is_sentence
from parsers.gene_entries import entries
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock
from parsers.laboratory import laboratory
from parsers.page import Document
from parsers.sections import Section
from parsers.unlisted import unlisted
from pipeline import alterations, genes, tumours
from pipeline.errors import HeldError
from pipeline.model import (
    Coverage,
    FileKind,
    Marker,
    Notice,
    Observation,
    Reading,
    Report,
    ReportStatus,
    Significance,
    Specimen,
    Status,
)

OUTSIDE = frozenset({None, Zone.IDENT, Zone.AMEND})
HARMLESS = frozenset({Significance.VUS, Significance.BENIGN})


@dataclass(frozen=True, kw_only=True)
class Read:
    """A document as one family understands it."""

    document: Document
    parts: tuple[Section, ...]
    block: IdentityBlock
    found: Found
    covered: tuple[Coverage, ...]
    required: dict[str, bool]
    specimens: tuple[Specimen, ...] = ()  # where a family knows several


def reading(read: Read) -> Reading:
    """The reading of one report.

    Raises:
        HeldError: two reports in one file, superseded pages, no proof of completeness, or nothing
            understood where our genes are named.
    """
    standing.one_report_only(read.document, read.block)
    _nothing_astray(read.parts)
    status = _status(read)
    failed = status is ReportStatus.FAILED
    complete = standing.completeness(read.document, {} if failed else read.required)
    if not complete.proven:
        lacking = ", ".join(complete.missing)
        raise HeldError("incomplete", f"The report is not complete: {lacking} is missing.")
    if not failed:
        drift.not_in_vain(read.parts, read.found)
    layout = drift.layout(read.parts)
    seen = replace(complete, evidence=f"{complete.evidence}; layout {layout.fingerprint}")
    observations = () if failed else _once(read.found.observations)
    tumour = _tumour(read.block)
    return Reading(
        report=Report(
            file=read.document.name,
            sha256=read.document.sha256,
            kind=FileKind.PDF,
            status=status,
            vendor=laboratory(read.document),
            assay=read.block.first("assay"),
            accession=read.block.first("accession"),
            version=amended.version(read.document),
            reported=read.block.day("amended") or read.block.day("reported"),
            tumour_type=tumour,
            is_btc=_is_biliary(read.block, tumour),
            completeness=seen,
            specimens=read.specimens or (read.block.specimen,),
            identity=read.block.identity,
            covered=() if failed else read.covered,
            notices=(*read.found.notices, *_notices(read, status)),
            layout=layout,
        ),
        observations=tuple(_with_specimen(item, read) for item in observations),
    )


def _status(read: Read) -> ReportStatus:
    """What the report says of itself; one that failed and found something failed in part only."""
    status = standing.status_of(read.document, read.parts)
    positive = any(
        item.status is Status.DETECTED and item.significance not in HARMLESS
        for item in read.found.observations
    )
    return ReportStatus.QUALIFIED if status is ReportStatus.FAILED and positive else status


def _nothing_astray(parts: Sequence[Section]) -> None:
    """Refuse a layout that put results where nobody looks for them.

    Raises:
        HeldError: an alteration of one of our genes under an identity heading, under that of an
            amendment or under none.
    """
    for part in parts:
        added = part.title.startswith("addendum")  # its sentences tell later results
        for entry in entries(part.lines)[0] if part.zone in OUTSIDE else ():
            for symbol in set(entry.named.symbols) & set(genes.PANEL):
                for piece in entry.pieces:
                    told = is_sentence(piece.text) and not added
                    if alterations.classify(symbol, piece.text) and not told:
                        raise HeldError(
                            "layout_not_understood",
                            f"On page {entry.cell.page} a result ({entry.name} {piece.text}) "
                            "stands outside every section of results.",
                        )


def _tumour(block: IdentityBlock) -> str | None:
    """The diagnosis in its longest printed spelling, for panels wrap and heads abbreviate."""
    return max(block.all("diagnosis"), key=len, default=None)


def _is_biliary(block: IdentityBlock, tumour: str | None) -> bool | None:
    """Whether the tumour is biliary; a bare "adenocarcinoma" is decided by its primary site."""
    answers = {tumours.is_biliary(text) for text in block.all("diagnosis")} - {None}
    if len(answers) == 1:
        return answers.pop()
    site = block.first("primary_site")
    if answers or tumour is None or site is None:
        return None
    return tumours.is_biliary(f"{tumour} of {site.casefold()}")


def _once(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Each statement once: a table that repeats a line of another adds nothing."""
    return tuple(dict.fromkeys(observations))


def _with_specimen(item: Observation, read: Read) -> Observation:
    """The observation with its specimen: its own, else the only one that the report has."""
    analyte, block = item.analyte, read.block
    if block.is_plasma and item.marker not in {Marker.HER2_IHC, Marker.HER2_ISH, Marker.MMR}:
        analyte = block.specimen.analyte
    only = read.specimens[0].id if len(read.specimens) == 1 else None
    usual = only if read.specimens else block.first("specimen_id")
    return replace(item, specimen=item.specimen or usual, analyte=analyte)


def _notices(read: Read, status: ReportStatus) -> list[Notice]:
    found = []
    said = standing.status_of(read.document, read.parts)
    if said is ReportStatus.FAILED and status is not said:
        message = "The report says that a test failed and shows results: it counts as qualified."
        found.append(Notice(code="partly_failed", message=message))
    for entry in unlisted(read.parts):
        shown = " ".join((entry.name, *(piece.text for piece in entry.pieces)))
        message = f"page {entry.cell.page}: “{shown}” names a gene on no printed list of genes"
        found.append(Notice(code="unlisted_gene", message=message))
    if standing.has_reduced_sensitivity(read.document):
        message = "The report says that the sensitivity of this test was reduced."
        found.append(Notice(code="reduced_sensitivity", message=message))
    if status is ReportStatus.AMENDED:
        reason = amended.reason(read.document) or "no reason is printed"
        found.append(Notice(code="amended", message=f"The report is amended: {reason}"))
    if not any(page.printed for page in read.document.pages):
        found.append(Notice(code="pages_not_numbered", message="The pages bear no numbers."))
    for field in ("dob", "collected", "reported"):
        if read.block.ambiguous(field):
            message = f"The order of day and month is open: {read.block.first(field)} ({field})"
            found.append(Notice(code="ambiguous_date", message=message))
    return found
