"""The reports of a case in, the way from an observation back to its page or line out."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.web.address import case_path, report_word
from pipeline.model import Observation, Report, ReportResult
from store.rows import observed, report_id


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an observation stands: in words, the path of its evidence, of its picture if any.

    *short* leaves out the name of the file: "PDF page 1".
    """

    words: str
    short: str
    path: str
    picture: str | None
    text: str


class Places:
    """Every observation of the reports of one case, by what it says."""

    def __init__(self, case_id: str, results: Iterable[ReportResult]) -> None:
        self._reports: dict[str, Report] = {}
        self._known: dict[Observation, tuple[str, int]] = {}
        self._case = case_path(case_id)
        for each in results:
            key = report_id(each.report, case_id)
            self._reports[key] = each.report
            for ordinal, one in enumerate(observed(each)):
                self._known.setdefault(one, (key, ordinal))

    def of(self, seen: Observation) -> Place | None:
        """Where it stands; None for what no report of the case says."""
        found = self._known.get(seen)
        if found is None:
            return None
        key, ordinal = found
        path = f"{self._case}/evidence/{report_word(key)}/{ordinal}"
        report, source = self._reports[key], seen.source
        has_picture = source.page is not None and source.bbox is not None
        return Place(
            words=f"{report.file}{where(seen)}",
            short=f"{report.kind.upper()} {where(seen).removeprefix(', ')}".strip(),
            path=path,
            picture=f"{path}/crop.png" if has_picture else None,
            text=source.text,
        )


def where(seen: Observation) -> str:
    """The page or the line, as it follows the name of a file; empty where neither is known."""
    source = seen.source
    if source.page is not None:
        return f", page {source.page}"
    return f", line {source.line}" if source.line is not None else ""
