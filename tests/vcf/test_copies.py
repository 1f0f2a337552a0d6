"""Copy number rows of each caller: a gain is no amplification, and too little tumour leaves doubt.

The assay of the manifest calls an amplification of ERBB2 from 6 copies on.
"""

import pytest

from flows.trip import Readers, read_file
from parsers.child import Job, ReaderPool
from pipeline.coverage import assays, shipped
from pipeline.model import Marker
from pipeline.sheets import manifest
from tests.vcf.text import reading, vcf

BELOW = "7 140453136 . A C . PASS . GT:AD 0/0:100,0"
TELLS = "file,tumour_sample,assay,tumour_percent\nx.vcf,T,Fictive Solid Panel@1.0,{}\n"
ERBB2 = "17 37844393 . N"
END = "END=37884915"
NONE = ()
GAIN, AMPLIFIED = ("indeterminate", "gain"), ("detected", "amplification")
DOUBTED = ("indeterminate", "amplification")

# caller and case: header, row, status and name with their words, or () where nothing is raised
ROWS = {
    "CNVkit, 12 copies": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END};FOLD_CHANGE=6.1 GT:GQ:CN 0/1:0:12",
                          AMPLIFIED, ""),
    "CNVkit, 3 copies": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END};FOLD_CHANGE=1.41 GT:GQ:CN 0/1:0:3",
                         GAIN, "3 copies"),
    "CNVkit, fold change alone": (
        NONE, f"<DUP> . PASS SVTYPE=DUP;{END};FOLD_CHANGE=6.1 GT:GQ 0/1:0", GAIN,
        "fold change 6.1"),
    "CNVkit, a loss": (NONE, f"<DEL> . PASS SVTYPE=DEL;{END};FOLD_CHANGE=0.5 GT:GQ 0/1:9", (), ""),
    "DRAGEN, 9 copies": (NONE, f"<DUP> 42 PASS SVTYPE=CNV;{END} GT:SM:CN:BC ./1:4.5:9:21",
                         AMPLIFIED, ""),
    "DRAGEN TSO 500, segment mean alone": (
        NONE, f"<DUP> 42 PASS SVTYPE=CNV;{END};SEGID=ERBB2 GT:SM:BC ./1:4.5:21",
        GAIN, "fold change 4.5"),
    "DRAGEN, reference": (NONE, f". 39 PASS {END} GT:SM:CN:BC ./.:1.0:2:61", (), ""),
    "DRAGEN, filtered": (NONE, f"<DUP> 4 cnvQual SVTYPE=CNV;{END} GT:SM:CN ./1:4.5:9",
                         DOUBTED, "removed by FILTER cnvQual"),
    "DRAGEN, filtered below the cut-off": (
        NONE, f"<DUP> 4 cnvQual SVTYPE=CNV;{END} GT:SM:CN ./1:2.5:5", (), ""),
    "DRAGEN, second of two ALTs": (
        NONE, f"<DEL>,<DUP> 42 PASS SVTYPE=CNV;{END} GT:CN 0/2:9", AMPLIFIED, ""),
    "DRAGEN, the other of two ALTs": (
        NONE, f"<DUP>,<DEL> 42 PASS SVTYPE=CNV;{END} GT:CN 0/2:1", (), ""),
    "TSO 500, Craft: fold change near 1": (
        NONE, f"<CNV> 15 PASS CN=2;SVTYPE=BND;{END} FC 1.125", (), ""),
    "TSO 500, Craft: raised": (NONE, f"<DUP> 50 PASS SVTYPE=CNV;{END} FC 5.2", GAIN,
                               "fold change 5.2"),
    "Oncomine, CN 1.4": (
        NONE, f"<CNV> 100 PASS SVTYPE=CNV;{END};CI=0.05:1.28,0.95:1.53 GT:GQ:CN ./.:0:1.4", (), ""),
    "Oncomine, CN 2.41": (
        NONE, f"<CNV> 100 PASS SVTYPE=CNV;{END};CI=0.05:2.1,0.95:2.7 GT:GQ:CN ./.:0:2.41", (), ""),
    "Oncomine, CN 21": (
        NONE, f"<CNV> 100 PASS SVTYPE=CNV;{END};CI=0.05:18.1,0.95:24 GT:GQ:CN ./.:0:21",
        AMPLIFIED, ""),
    "Oncomine, lower bound under the cut-off": (
        NONE, f"<CNV> 100 PASS SVTYPE=CNV;{END};CI=0.05:3.9,0.95:9 GT:GQ:CN ./.:0:6.2",
        DOUBTED, "lower bound 3.9"),
    "FACETS (TCN_EM)": (("##purity=0.62", "##ploidy=2.1"),
                        f"<DUP> . PASS SVTYPE=DUP;{END};TCN_EM=14;LCN_EM=1 GT ./.", AMPLIFIED, ""),
    "Delly (RDCN)": (NONE, f"<CNV> . PASS SVTYPE=CNV;{END} GT:CN:RDCN 0/1:11:10.7", AMPLIFIED, ""),
    "Manta, no copies": (NONE, f"<DUP:TANDEM> . PASS SVTYPE=DUP;{END} GT:PR 0/1:40,9", GAIN,
                         "without a number of copies"),
    "copies in the ALT": (NONE, f"<CN8> . PASS {END} GT 0/1", AMPLIFIED, ""),
    "one copy under the cut-off": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:5", GAIN,
                                   "below the cut-off of the assay (6)"),
    "at the cut-off": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:6", AMPLIFIED, ""),
    "negative copies are none": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:-9", GAIN,
                                 "without a number"),
    "low computed purity": (("##EstimatedTumorPurity=0.210000",),
                            f"<DUP> . PASS SVTYPE=CNV;{END} GT:CN ./1:9", DOUBTED,
                            "tumour content 21 %"),
    "purity in percent": (("##manually_input_percent_tumor_cellularity=20",),
                          f"<CNV> . PASS SVTYPE=CNV;{END} GT:CN ./.:9", DOUBTED, "20 %"),
    "purity not known": (("##purity=NA",), f"<DUP> . PASS SVTYPE=CNV;{END} GT:CN ./1:9",
                         AMPLIFIED, ""),
    "six copies of a tetraploid": (("##OverallPloidy=3.9",),
                                   f"<DUP> . PASS SVTYPE=CNV;{END} GT:CN ./1:6", DOUBTED,
                                   "ploidy 3.9"),
    "twenty copies of a tetraploid": (("##OverallPloidy=3.9",),
                                      f"<DUP> . PASS SVTYPE=CNV;{END} GT:CN ./1:20", AMPLIFIED, ""),
    "not carried": (NONE, f"<DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/0:9", (), ""),
}  # fmt: skip


def found(header, row, percent="40"):
    data = vcf(f"{ERBB2} {row}", BELOW, header=header)
    seen = reading(data, manifest(TELLS.format(percent))[0]).observations
    return [each for each in seen if each.marker.value == "ERBB2_AMPLIFICATION"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_copies_says(name):
    header, row, expected, words = ROWS[name]
    said = found(header, row)
    assert [(each.status.value, each.alteration) for each in said] == (
        [expected] if expected else []
    )
    assert all(words in (each.note or "") for each in said)


# tumour content of the manifest: rule R43 asks for 30 % before an amplification is believed
PERCENT = {"29": DOUBTED, "30": AMPLIFIED, "": AMPLIFIED}


@pytest.mark.parametrize("percent", PERCENT)
def test_little_tumour_leaves_an_amplification_open(percent):
    (said,) = found((), f"<DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:9", percent)
    assert (said.status.value, said.alteration) == PERCENT[percent]


def test_without_an_assay_copies_stay_a_gain():
    data = vcf(f"{ERBB2} <DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:30", BELOW)
    (said,) = reading(data).observations
    assert (said.status.value, said.alteration, said.copies) == ("indeterminate", "gain", 30)
    assert "no cut-off" in said.note


def test_a_computed_purity_never_proves_that_there_is_enough_tumour():
    data = vcf(BELOW, header=("##purity=0.90",))
    assert reading(data).report.specimens[0].tumour_percent is None
    data = vcf(BELOW, header=("##purity=0.12",))
    assert reading(data).report.specimens[0].tumour_percent == 12
    counted = manifest(TELLS.format("60"))[0]
    assert reading(data, counted).report.specimens[0].tumour_percent == 12


OWN_ASSAY = (
    "assay,version,marker,analyte,covered,min_tumour_percent,min_depth,vaf_lod,"
    "amplification_copies,source,checked\n"
    "Our Panel,2,ERBB2_AMPLIFICATION,DNA,yes,,,,8,own validation,yes\n"
)


@pytest.mark.parametrize(("copies", "status"), [(7, "indeterminate"), (8, "detected")])
def test_the_laboratorys_own_table_gives_the_cut_off(tmp_path, copies, status):
    """The whole trip of a file: the scope of the assay reaches the reader in its lane."""
    path = tmp_path / "x.vcf"
    path.write_bytes(vcf(f"{ERBB2} <DUP> . PASS SVTYPE=DUP;{END} GT:CN 0/1:{copies}", BELOW))
    (row,) = manifest("file,tumour_sample,assay\nx.vcf,T,Our Panel@2\n")
    with ReaderPool() as pool:
        readers = Readers(pool=pool, assays=assays(shipped(), OWN_ASSAY))
        read = read_file(readers, Job(path=path, name="x.vcf", row=row))
    assert read.result.markers[Marker.ERBB2_AMPLIFICATION].status.value == status
