"""A marker and what was found in, the words for the finding out: one wording wherever it stands."""

from pipeline.model import Finding, Marker, Significance, Status

_NOT_ACTIONABLE = {
    Significance.VUS: "seen, unknown significance",
    Significance.BENIGN: "seen, benign",
}


def named(marker: Marker, found: str) -> str:
    """A finding with its marker's name: "HER2 IHC" and "HER2 IHC 3+" are "HER2 IHC 3+"."""
    name = marker.label
    known, words_found = name.lower().split(), found.split()
    if words_found[:1] == known[-1:]:
        known = known[-1:]
    while known and words_found and words_found[0].lower() == known[0]:
        del known[0], words_found[0]
    return " ".join((name, *words_found))


def seen_words(finding: Finding) -> str:
    """The status of a finding in words that mislead nobody."""
    # "Detected" beside a variant of unknown significance would mislead a hurried eye.
    if finding.status is Status.DETECTED and finding.significance in _NOT_ACTIONABLE:
        return _NOT_ACTIONABLE[finding.significance]
    return finding.status.value.replace("_", " ")
