"""Twenty small files cut at every byte (S3): nothing that was cut is ever believed complete.

The scan and the reader are asked together what they would say of the end of a cut file. Only a
cut that lost no record content may pass: one at a line end of plain text or at a member end of
plain gzip, with the notice ``no_end_proof``; one that took the last newline alone; none else.
"""

import random

import pytest

from parsers.extract import read
from parsers.vcf_bytes import Container
from parsers.vcf_scan import scan
from pipeline.coverage import assays, shipped
from pipeline.errors import ReportError
from pipeline.model import Status
from pipeline.normalise import normalise
from pipeline.sheets import manifest
from tests.vcf.text import V600E, bgzf, gz, vcf

SEED = 20260101
BELOW = "2 100 . A C 50 PASS DP=90 GT:AD:DP 0/1:70,20:90"
BND = "10 123242712 bnd_1 G G[10:61665880[ . PASS SVTYPE=BND;MATEID=bnd_2 PR:SR 40,12:30,9"

# Caller and the rows it writes, each with the last row ending in another way.
CALLERS = {
    "a somatic caller": ([BELOW, V600E], "T"),
    "a caller without genotypes": (
        [
            "7 140453136 . A T . PASS SOMATIC;QSS=80 DP:AU:CU:GU:TU 100:70,70:0,0:0,0:30,30",
            "12 25398284 . C T . PASS SOMATIC;QSS=75 DP:AU:CU:GU:TU 99:0,0:60,60:0,0:39,39",
        ],
        "T",
    ),
    "a tumour and a normal": (
        [
            "7 140453136 . A T . PASS DP=200 GT:AD 0/0:99,1 0/1:70,30",
            "2 209113112 . C T . PASS DP=180 GT:AD 0/0:90,0 0/1:60,30",
        ],
        "NORMAL TUMOR",
    ),
    "a structural caller": ([BELOW, BND], "T"),
    "no samples at all": (
        ["7 140453136 . A T 50 PASS AF=0.3", "12 25398284 . C T 50 PASS DP=300;AF=0.25"],
        "",
    ),
}


def plain(name):
    rows, samples = CALLERS[name]
    return vcf(*(" ".join(row.split()) for row in rows), samples=samples)


def members(text):
    """Two gzip members, cut between the rows."""
    at = text.rindex(b"\n", 0, len(text) - 1) + 1
    return gz(text[:at]) + gz(text[at:])


def blocks(text):
    """Three BGZF blocks and the closing one."""
    third = len(text) // 3
    return bgzf(text[:third], text[third : 2 * third], text[2 * third :])


FORMS = {"text": lambda text: text, "gzip": gz, "two gzip members": members, "BGZF": blocks}
FILES = [(caller, form) for caller in CALLERS for form in FORMS]
assert len(FILES) == 20


def end_is_proven(seen):
    return seen.container is Container.BGZF


def harmless(data, cut, form):
    """Cuts that a file may pass, with a notice: nobody can see them."""
    if form == "text":
        # After a newline, or just before one: the rows are whole.
        return data[cut - 1 : cut] == b"\n" or data[cut : cut + 1] == b"\n"
    if form == "two gzip members":
        return data[cut : cut + 2] == b"\x1f\x8b"
    return False


@pytest.mark.parametrize(("caller", "form"), FILES)
def test_no_cut_is_taken_for_the_whole(caller, form):
    data = FORMS[form](plain(caller))
    whole = scan(data)
    believed, unseen = [], []
    for cut in range(len(data)):
        try:
            seen = scan(data[:cut])
        except ReportError:
            continue
        if end_is_proven(seen):
            believed.append(cut)
        if seen.ends_with_newline and not harmless(data, cut, form):
            unseen.append(cut)
        if form == "text" and not seen.ends_with_newline:
            # The row that may be cut is known by its number, so that it is doubted.
            assert seen.last_line == data[:cut].count(b"\n") + 1
    assert believed == []
    assert unseen == []
    assert whole.data_lines == 2
    assert end_is_proven(whole) is (form == "BGZF")


def test_bgzf_loses_its_proof_with_its_closing_block_alone():
    """A cut at a block edge: a parser reads on happily, and most rows are gone."""
    data = blocks(plain("a somatic caller"))
    with pytest.raises(ReportError, match="closing block"):
        scan(data[:-28])


ROW = (
    "file,mrn,assigning_authority,assay,assembly,tumour_sample,tumour_percent\n"
    "x.vcf,1,EXEMPLA,Fictive Solid Panel@1.0,GRCh37,T,40\n"
)
TUMOUR_ROW = ROW.replace(",T,", ",TUMOR,")


def told(data, caller):
    (row,) = manifest(TUMOUR_ROW if "normal" in caller else ROW)
    return normalise(read(data, "x.vcf", row), assays(shipped()))


def wrong(result, form):
    """Why the reading of a cut file is wrong; None if it is held or says that it proves nothing."""
    report = result.report
    if report.status.value != "final":
        return None if report.code and report.reasons else "held without a reason"
    if report.completeness.proven:
        return "believed complete"
    if any(each.status is Status.NOT_DETECTED for each in result.markers.values()):
        return "a negative"
    codes = {notice.code for notice in report.notices}
    return None if "no_end_proof" in codes else f"no warning in {form}"


def cuts(caller, form, number):
    length = len(FORMS[form](plain(caller)))
    dice = random.Random(f"{SEED} {caller} {form}")  # noqa: S311 -- a test, not a secret
    return dice.sample(range(1, length), number)


@pytest.mark.parametrize(("caller", "form"), FILES)
def test_the_whole_reader_holds_or_warns(caller, form):
    data = FORMS[form](plain(caller))
    found = {cut: wrong(told(data[:cut], caller), form) for cut in cuts(caller, form, 12)}
    assert {cut: why for cut, why in found.items() if why} == {}


@pytest.mark.long
@pytest.mark.parametrize(("caller", "form"), FILES)
def test_the_whole_reader_holds_or_warns_at_every_byte(caller, form):
    data = FORMS[form](plain(caller))
    found = {cut: wrong(told(data[:cut], caller), form) for cut in range(len(data))}
    assert {cut: why for cut, why in found.items() if why} == {}


def test_without_a_cut_the_silence_of_a_bgzf_file_counts():
    """The ground on which the others stand."""
    result = told(blocks(plain("a somatic caller")), "a somatic caller")
    assert result.report.completeness.proven
    assert any(each.status is Status.NOT_DETECTED for each in result.markers.values())
