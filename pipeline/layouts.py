"""The layout of a report: its headings in, one word that tells it from every other layout out."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a report is laid out: a *fingerprint* of its headings, and the *sections* they open.

    A section is `ZONE:heading`, compacted as in the vocabulary of headings; no word of a patient.
    """

    fingerprint: str
    sections: tuple[str, ...]
