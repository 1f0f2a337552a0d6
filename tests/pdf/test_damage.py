"""Seeded damage to every typed sample: exact findings or a hold, never a silent part of them."""

from pathlib import Path

import pytest

from parsers import extract
from parsers.child import Job, Limits, ReaderPool
from tests.pdf.mutating import mutated, packed

SAMPLES = Path(__file__).parents[2] / "sample_reports"
NOT_TYPED = ("09_", "16_", "17_", "x_")
NAMES = sorted(path.name for path in SAMPLES.glob("*.pdf") if not path.name.startswith(NOT_TYPED))
SHORT = tuple(name for name in NAMES if name[:2] in {"06", "08", "10"})  # two or three pages
PORTIONS = 10


@pytest.fixture(scope="module")
def pool():
    with ReaderPool(Limits(wall_seconds=60.0), lanes=1) as lanes:
        yield lanes


@pytest.fixture(scope="module")
def exact(pool):
    """What each sample says when it is whole."""
    return {name: said(pool.read(Job(path=SAMPLES / name, name=name))) for name in NAMES}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"(Not Detected) Tj", b"(Not Detected) Xj", id="no such operator"),
        pytest.param(b"(Not Detected) Tj", b" Tj              ", id="an operator without operand"),
        pytest.param(b"(FGFR2 fusion) Tj", b"\0" * 17, id="a run of zeros"),
    ],
)
def test_damage_among_the_operators_holds_the_report(old, new):
    """pdfminer passes over each of these, and pdfium too: a line would be lost without a word."""
    whole = (SAMPLES / "10_a_negative_pertinent.pdf").read_bytes()
    assert len(old) == len(new)
    assert old in whole
    report = extract.read(whole.replace(old, new, 1), "damaged.pdf").report
    assert (report.status.value, report.code) == ("unreadable", "damaged")


def test_a_wrong_checksum_holds_the_report():
    whole = packed((SAMPLES / "10_a_negative_pertinent.pdf").read_bytes())
    end = whole.index(b"\nendstream")
    wrong = whole[: end - 1] + bytes([whole[end - 1] ^ 1]) + whole[end:]
    assert extract.read(whole, "whole.pdf").report.status.is_read
    assert extract.read(wrong, "wrong.pdf").report.code == "damaged"


def test_operators_of_its_own_are_a_writers_right():
    whole = (SAMPLES / "10_a_negative_pertinent.pdf").read_bytes()
    old = b"(Not Detected) Tj"
    own = packed(whole.replace(old, b"BX /A own EX " + old, 1), strict=False)
    assert extract.read(own, "own.pdf").report.status.is_read


def said(reading):
    """Everything that is claimed and inferred from, with the pages it stands on."""
    claims = {
        (item.marker, item.status, item.significance, item.alteration, item.value, item.source.page)
        for item in reading.observations
    }
    return reading.report.status, claims, set(reading.report.covered)


def silent(seeds, names, pool, exact, folder):
    """The seeds whose damage was neither seen nor without effect."""
    path, wrong, held = folder / "damaged.pdf", [], 0
    for seed in seeds:
        name = names[seed % len(names)]
        damage, data = mutated((SAMPLES / name).read_bytes(), seed)
        path.write_bytes(data)
        reading = pool.read(Job(path=path, name=name))
        assert reading.report.code not in {"reader_crashed", "reader_lost", "reader_fault"}, seed
        held += not reading.report.status.is_read
        if reading.report.status.is_read and said(reading) != exact[name]:
            wrong.append((seed, name, damage))
        elif not reading.report.status.is_read:
            assert reading.report.reasons, seed
    return wrong, held


@pytest.mark.parametrize("name", NAMES)
def test_a_packed_sample_says_the_same(name, pool, exact, tmp_path):
    path = tmp_path / name
    path.write_bytes(packed((SAMPLES / name).read_bytes()))
    assert said(pool.read(Job(path=path, name=name))) == exact[name]


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_damage_is_seen_or_without_effect(portion, pool, exact, tmp_path):
    seeds = range(30 * portion, 30 * (portion + 1))
    wrong, held = silent(seeds, SHORT, pool, exact, tmp_path)
    assert wrong == []
    assert held > 10, "damage is mostly seen"


@pytest.mark.long
@pytest.mark.parametrize("portion", range(100))
def test_damage_to_any_sample_is_seen_or_without_effect(portion, pool, exact, tmp_path):
    seeds = range(10_000 + 100 * portion, 10_000 + 100 * (portion + 1))
    assert silent(seeds, NAMES, pool, exact, tmp_path)[0] == []
