"""A correction in, a file for the tests of its reader out: what was printed, and what it means.

Marker, at most 80 printed characters, the expected status and the layout; never a page, and
nothing of whose report it is (design, privacy of fixtures).
"""

import json

from exchange.plain import plain
from store.corrections import Correction


def fixture(judged: Correction) -> tuple[str, str]:
    """The name of the file and its JSON text."""
    said = {
        "marker": judged.marker.value,
        "field": judged.field,
        "printed": None if judged.printed is None else plain(judged.printed),
        "read": judged.read,
        "expected": judged.expected,
        "reader": judged.reader,
        "assay": judged.assay,
        "layout": judged.layout,
    }
    name = f"{judged.marker.value.lower()}-{judged.key}.json"
    return name, json.dumps(said, indent=2, ensure_ascii=False) + "\n"
