"""The meaning of a decision in, the sentence that a person puts their name to out.

A meaning is kept as a word; words of earlier versions that stand here no longer close a review.
"""

from enum import StrEnum


class Meaning(StrEnum):
    """What a person says by deciding; all but an opinion close the review."""

    OPINION = "opinion"
    SIGNED = "signed"
    FIRST_SIGNATURE = "first_signature"
    SECOND_SIGNATURE = "second_signature"

    @property
    def sentence(self) -> str:
        """The words on the page, in the first person."""
        return _SENTENCES[self]

    @property
    def closes(self) -> bool:
        """Whether the review is closed by it, or waits for the second signature alone."""
        return self is not Meaning.OPINION


_SENTENCES = {
    Meaning.OPINION: (
        "I have looked at this interpretation and say what I think of it. My opinion is kept with "
        "the case; it signs nothing, and the case stays in the queue."
    ),
    Meaning.SIGNED: (
        "I have read this interpretation with its sources and I answer for the decision that I "
        "sign here with my name. It closes the review of exactly what is shown."
    ),
    Meaning.FIRST_SIGNATURE: (
        "I have read this interpretation with its sources and I answer for the decision that I "
        "sign here with my name, as the first of two. Another person must sign before it counts."
    ),
    Meaning.SECOND_SIGNATURE: (
        "I have read this interpretation and the first signature under it, I have formed my own "
        "judgement, and I sign as the second of two. It closes the review of exactly what is shown."
    ),
}
