"""Reports made of labels, headings, tables and lines, drawn in any order, size and font."""

from dataclasses import dataclass, field, replace

from reportlab.lib.pagesizes import A4, letter
from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.pdf.drawn import Paper


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Column heads and rows; a line break in a cell starts another line of it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    ruled: bool = True


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading, a table under it if there is one, and lines."""

    title: str
    table: Grid | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tabled:
    """One report: labels over blocks, a page after the other."""

    lab: str
    labels: tuple[tuple[str, str], ...]
    pages: tuple[tuple[Block, ...], ...] = field(default_factory=tuple)
    font: tuple[str, str] = ("Helvetica", "Helvetica-Bold")
    size: float = 8.0
    paper: tuple[float, float] = A4
    glued: bool = False  # label and value in one run: "Lab No: 1"
    numbered: bool = True

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Paper(*self.font, self.paper)
        for number, blocks in enumerate(self.pages):
            paper.put(50, 40, self.lab, size=self.size + 1, bold=True)
            top = self._labels(paper, 64.0) if number == 0 else 70.0
            for block in blocks:
                top = self._block(paper, top, block)
            if self.numbered:
                foot = f"Page {number + 1} of {len(self.pages)}"
                paper.put(450, self.paper[1] - 30, foot, size=7)
            paper.turn()
        return paper.done()

    def _labels(self, paper, top):
        for at, (label, value) in enumerate(self.labels):
            x, y = 50 + 250 * (at % 2), top + 14 * (at // 2)
            if self.glued:
                paper.put(x, y, f"{label}: {value}", size=self.size)
            else:
                paper.put(x, y, label, size=self.size, bold=True)
                paper.put(x + 105, y, value, size=self.size)
        return top + 14 * ((len(self.labels) + 1) // 2) + 16

    def _block(self, paper, top, block):
        if block.title:
            paper.put(50, top, block.title, size=self.size + 3, bold=True)
            top += 16
        top = self._table(paper, top, block.table) if block.table else top
        for line in block.lines:
            paper.put(50, top, line, size=self.size)
            top += self.size * 1.6
        return top + 14

    def _table(self, paper, top, table):
        xs = self._places(table)
        for bold, cells in ((True, table.heads), *((False, row) for row in table.rows)):
            for x, cell in zip(xs, cells, strict=True):
                for at, line in enumerate(cell.split("\n")):
                    paper.put(x, top + 10 * at, line, size=self.size, bold=bold)
            top += 10 * max(cell.count("\n") for cell in cells) + 6
            if table.ruled:
                paper.rule(48, top, xs[-1] + 60)
            top += 10
        return top

    def _places(self, table):
        """The left edge of each column: as told, or as wide as its widest words need."""
        widths = table.widths or [
            max(self._width(row[at]) for row in (table.heads, *table.rows)) + 12
            for at in range(len(table.heads))
        ]
        return [50 + sum(widths[:at]) for at in range(len(widths))]

    def _width(self, cell):
        return max(stringWidth(line, self.font[1], self.size) for line in cell.split("\n"))


LETTER = letter
