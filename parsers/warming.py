"""A kind of file in, its readers made ready out: what every child of a lane would do again.

Tables, patterns and lazy imports are made when a reader first needs them; a child that a lane
forks has them only if the lane had them. So a lane that reads several files of one kind reads a
specimen of our own first: no patient's, a few kilobytes, the same every time.
"""

import contextlib
from importlib import resources

from pipeline.model import FileKind

_SPECIMENS = {FileKind.PDF: "specimen.pdf", FileKind.VCF: "specimen.vcf"}


def warm(kind: FileKind) -> None:
    """Read the specimen of this kind; nothing for a kind that has none."""
    name = _SPECIMENS.get(kind)
    if name is None:
        return
    from parsers.extract import read  # noqa: PLC0415 - the readers live in lanes alone

    data = resources.files("parsers").joinpath("data", name).read_bytes()
    # Whatever is wrong with it, it is nobody's report: the children then pay for themselves.
    with contextlib.suppress(Exception):
        read(data, name)
