"""A scanned VCF in, named notices out: where it departs from the specification and was read."""

from parsers.vcf_fault import notices
from parsers.vcf_meta_rules import header_faults
from parsers.vcf_record_rules import record_faults
from parsers.vcf_scan import Scan
from pipeline.model import Notice


def departures(scan: Scan) -> tuple[Notice, ...]:
    """What the header and the rows of panel genes do that the specification forbids."""
    return notices(
        header_faults(scan.header, scan.columns),
        record_faults(scan.candidates, scan.columns, scan.header),
    )
