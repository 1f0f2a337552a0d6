"""Sample 16, layout family B: a path in, report 10 there, locked with the password "synthetic"."""

from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from sample_10 import sample_10

PASSWORD = "synthetic"  # noqa: S105 - printed in the specification


def sample_16(path: Path) -> None:
    """What report 10 says, readable only with the user password."""
    sample_10(path, StandardEncryption(PASSWORD, strength=128))
