"""The specimens that lanes read first are read to their end: else every child warms up alone."""

from importlib import resources

import pytest

from parsers.extract import read
from parsers.page import compact
from parsers.warming import warm
from pipeline.model import FileKind, ReportStatus


@pytest.mark.parametrize("name", ["specimen.pdf", "specimen.vcf"])
def test_a_specimen_is_read_and_is_nobodys(name: str) -> None:
    data = resources.files("parsers").joinpath("data", name).read_bytes()
    said = read(data, name).report
    assert said.status is ReportStatus.FINAL, said.reasons
    assert len(data) < 20_000
    assert b"SYNTHETIC" in data or said.identity.mrn in {None, "SYN-000777"}


@pytest.mark.parametrize("kind", FileKind)
def test_warming_never_fails(kind: FileKind) -> None:
    warm(kind)


@pytest.mark.parametrize(
    ("printed", "compacted"),
    [
        ("Date of Birth:", "dateofbirth"),
        ("F G F R 2 _ x-1", "fgfr2x1"),
        ("", ""),
        ("ﬁnal Größe É", "finalgrösseé"),
        ("Ｈｅｒ２", "her2"),
    ],
)
def test_ascii_and_other_letters_compact_alike(printed: str, compacted: str) -> None:
    assert compact(printed) == compacted


def test_every_ascii_character_compacts_as_it_does_beside_another_letter() -> None:
    for code in range(128):
        assert compact(chr(code)) + "é" == compact(chr(code) + "é")
