"""PDF bytes in, whether the file's own index fits its contents out.

A PDF lists where each of its objects begins. Bytes that were lost or added shift every object
behind them; readers repair that silently and may miss a part of a page, so it is asked here.
"""

import re

TRAILING = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
SECTION = re.compile(rb"\s*(\d+)\s+(\d+)\s*[\r\n]+")
ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ \r\n]{1,2}")
OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
EARLIER = re.compile(rb"/Prev\s+(\d+)")
MOST_UPDATES = 50


def fits(data: bytes) -> bool:
    """True if every index of the file points at objects; a stream index at least at itself."""
    found = TRAILING.findall(data)
    if not found:
        return False
    at, seen = int(found[-1]), set[int]()
    while at not in seen and len(seen) < MOST_UPDATES:
        seen.add(at)
        if data[at : at + 4] != b"xref":
            return OBJECT.match(data, at) is not None
        end = _end_of_table(data, at + 4)
        if end is None:
            return False
        earlier = EARLIER.search(data, end, data.find(b"startxref", end) + 1 or len(data))
        if earlier is None:
            return True
        at = int(earlier[1])
    return True


def revisions(data: bytes) -> int:
    """How many times the file was written: 1, and 1 for each change added at its end."""
    ends = len(TRAILING.findall(data))
    linear = b"/Linearized" in data[:2048]  # such a file has two ends from the first
    return max(1, ends - 1 if linear else ends)


def _end_of_table(data: bytes, at: int) -> int | None:
    """Where the table that begins at *at* ends, or None if an entry points at no object."""
    section = SECTION.match(data, at)
    while section:
        at = section.end()
        for _ in range(int(section[2])):
            entry = ENTRY.match(data, at)
            if entry is None:
                return None
            if entry[3] == b"n" and OBJECT.match(data, int(entry[1])) is None:
                return None
            at = entry.end()
        section = SECTION.match(data, at)
    return at
