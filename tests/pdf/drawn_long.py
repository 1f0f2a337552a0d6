"""Long reports of family A: the drawn one, with pages behind it that hold no result."""

from tests.pdf.drawn import Paper, TwoColumn, joined

PROSE = (
    "In a series of tumours of the bile ducts this change was described beside another one, and",
    "its place in the course of the disease is under study by several groups. The drug is given",
    "to patients with a KRAS G12D mutation, and responses of an FGFR2 fusion have been reported.",
)
IDLE = (("Finding Summary",), ("References",), ("Clinical Trials",), ("References",))


def appendix(*pages, start, total, lab="Fjordview Molecular Laboratory (fictional)", repeat=3):
    """Further pages, each a heading (or none) and lines, numbered on from *start*."""
    paper = Paper("Times-Roman", "Times-Bold")
    for at, (heading, *lines) in enumerate(pages):
        if heading:
            paper.put(50, 70, heading, size=14, bold=True)
        for number, line in enumerate((tuple(lines) or PROSE) * repeat):
            paper.put(50, 95 + 14 * number, line, size=9)
        paper.put(50, 815, lab, size=7)
        paper.put(480, 815, f"Page {start + at} of {total}", size=7)
        paper.turn()
    return paper.done()


class Long(TwoColumn):
    """The report of family A, its pages numbered as if four more came."""

    more = 4

    def _foot(self, paper):
        paper.put(50, 815, self.lab, size=7)
        paper.put(480, 815, f"Page {paper.page} of {len(self.order) + self.more}", size=7)


def long_report(*pages, repeat=3, **changes):
    """A report, and behind it *pages* of headings and lines."""
    report = type("Longer", (Long,), {"more": len(pages)})(**changes)
    start = len(report.order) + 1
    total = start + len(pages) - 1
    return joined([report.pdf(), appendix(*pages, start=start, total=total, repeat=repeat)])
