"""A report of any family in, a `Reading` without any result out: its test failed, and it says so.

A failed report often shows nothing of its family but the panel of patient and specimen, and still
lists the genes that were to be examined. Seen so far: one synthetic report (sample 08); no genuine
report of a failed test was available.
"""

from parsers import standing
from parsers.claims import Found
from parsers.headings import CLAIMS
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document
from parsers.report import Read, reading
from parsers.sections import sections
from pipeline.model import Reading

READER = "failed_report 1"
ASKED_LAST = True  # a family that knows the document reads it, and says itself what failed


class _SaysThatItFailed:
    """Known by what it says of itself, not by the headings of a family."""

    def matches(self, document: Document) -> bool:
        """True if the report names its patient, says that it failed, and opens no results."""
        parts = sections(document)
        if any(part.zone in CLAIMS for part in parts):
            return False
        block = identity_block(document, parts)
        return _is_a_report(block) and standing.says_that_it_failed(document, parts)


RECOGNISE = _SaysThatItFailed()


def _is_a_report(block: IdentityBlock) -> bool:
    whose = block.first("mrn") or block.first("accession")
    return bool(whose and (block.first("name") or block.first("dob")))


def read(document: Document) -> Reading:
    """The reading of a report of a failed test: who it is of, and no result.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = sections(document)
    block = identity_block(document, parts)
    read = Read(document=document, parts=parts, block=block, found=Found(), covered=(), required={})
    return reading(read)
