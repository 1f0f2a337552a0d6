"""A document in, the name of its laboratory out, as its head or foot prints it."""

import re

from parsers.labels import labelled
from parsers.layout import NUMBERED
from parsers.page import Document

WORDS = re.compile(
    r"laborator|\blabs?\b|genomic|profil|diagnostic|patholog|oncolog|hospital|institut|sequenc"
    r"|molecular|medicine|health|biosci|precision|clinic|universit|cancer cent",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"[\s,|·-]*(?:\(?\+?\d[\d ().-]{5,})\s*$")
REPORT_WORDS = re.compile(r"specimen|report|patient|page\b", re.IGNORECASE)


def laboratory(document: Document) -> str | None:
    """The first running line, else the first line of a page, that reads like a laboratory."""
    running = [
        c for page in document.pages for line in page.lines if line.running for c in line.cells
    ]
    first = [c for page in document.pages[:1] for line in page.lines[:3] for c in line.cells]
    for cell in (*running, *first):
        text = TELEPHONE.sub("", NUMBERED.sub("", cell.text)).strip()
        plausible = WORDS.search(text) and not REPORT_WORDS.search(text)
        if plausible and len(text) < 80 and not labelled(cell):
            return text
    return None
