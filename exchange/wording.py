"""A marker and what was found in, the words for the finding out: one wording wherever it stands."""

from pipeline.model import Marker


def named(marker: Marker, found: str) -> str:
    """A finding with its marker's name: "HER2 IHC" and "HER2 IHC 3+" are "HER2 IHC 3+"."""
    name = marker.label
    known, words_found = name.lower().split(), found.split()
    if words_found[:1] == known[-1:]:
        known = known[-1:]
    while known and words_found and words_found[0].lower() == known[0]:
        del known[0], words_found[0]
    return " ".join((name, *words_found))
