"""The tables of facts agree with each other, and say where they come from."""

import pytest

from pipeline.coverage import assays, shipped
from pipeline.errors import InputError, KnowledgeError
from pipeline.genes import PANEL, gene, symbol_of
from pipeline.model import Analyte, Assembly, Marker
from pipeline.tables import packaged, rows

OURS = ("genes", "isoforms", "proteins", "tumour_types", "cutoffs", "assays", "single_changes")


@pytest.mark.parametrize("name", OURS)
def test_every_row_has_a_source_and_says_if_it_was_checked(name):
    table = rows(packaged("pipeline", f"{name}.csv"))
    assert table
    assert [row for row in table if not row["source"] or not row["checked"]] == []


def test_the_panel_is_the_genes_of_the_markers():
    assert set(PANEL) == {marker.gene for marker in Marker} - {None}


def test_places_agree_with_the_table_of_loci():
    for row in rows(packaged("pipeline", "loci.csv")):
        if row["gene"] in PANEL:
            own = gene(row["gene"])
            assert own.chromosome == row["chromosome"]
            for build, assembly in (("grch37", Assembly.GRCH37), ("grch38", Assembly.GRCH38)):
                locus = own.locus(assembly)
                assert locus.strand == row[f"{build}_strand"]
                # The table of loci may reach further: a fusion may break outside the transcript.
                assert int(row[f"{build}_start"]) <= locus.end
                assert locus.start <= int(row[f"{build}_end"])


def test_exons_add_up_to_the_protein():
    proteins = {row["gene"]: row["sequence"] for row in rows(packaged("pipeline", "proteins.csv"))}
    for symbol, sequence in proteins.items():
        for assembly in Assembly:
            exons = gene(symbol).locus(assembly).cds_exons
            length = sum(end - start + 1 for start, end in exons)
            assert length == 3 * (len(sequence) + 1), f"{symbol} on {assembly}"


def test_no_symbol_is_an_alias_of_another_gene():
    for row in rows(packaged("pipeline", "genes.csv")):
        assert symbol_of(row["symbol"]) == row["symbol"]
        assert [name for name in row["not_aliases"].split("|") if name and symbol_of(name)] == []


def test_the_shipped_assays_are_fictional_and_read():
    known = assays(shipped())
    solid = known.coverage("Fictive Solid Panel", "1.0")
    assert {each.marker.value for each in solid} == {
        *(f"{symbol}_MUTATION" for symbol in PANEL if symbol != "NRG1"),
        "FGFR2_AMPLIFICATION",
        "ERBB2_AMPLIFICATION",
        "KRAS_AMPLIFICATION",
        "FGFR2_FUSION",
        "RET_FUSION",
        "NTRK1_FUSION",
        "NTRK2_FUSION",
        "NTRK3_FUSION",
    }
    assert {each.analyte for each in solid} == {Analyte.DNA}
    hotspots = known.coverage("fictive  hotspot panel", "1.0")
    assert {each.marker.value for each in hotspots} == {
        "IDH1_MUTATION",
        "IDH2_MUTATION",
        "KRAS_MUTATION",
        "BRAF_MUTATION",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [("a,b\n1\n", "cells"), ("a,b\n1,2,3\n", "cells"), ("a,a\n1,2\n", "twice")],
)
def test_a_shifted_table_is_refused(text, why):
    with pytest.raises(KnowledgeError, match=why):
        rows(text)


def test_a_table_is_read_with_quotes_blank_lines_and_a_mark():
    assert rows('\ufeffa,b\n"x, y", z \n\n1,\n') == ({"a": "x, y", "b": "z"}, {"a": "1", "b": ""})


HEAD = (
    "assay,version,marker,analyte,covered,min_tumour_percent,min_depth,vaf_lod,"
    "amplification_copies,source,checked\n"
)


def test_a_laboratory_replaces_a_version_of_an_assay():
    own = HEAD + "Fictive Solid Panel,1.0,IDH1_MUTATION,DNA,yes,10,,,,our validation,yes\n"
    covered = assays(shipped(), own).coverage("Fictive Solid Panel", "1.0")
    assert [(each.marker.value, each.min_tumour_percent) for each in covered] == [
        ("IDH1_MUTATION", 10.0)
    ]


def test_a_version_without_rows_covers_nothing():
    known = assays(shipped())
    assert known.coverage("Fictive Solid Panel", "2.0") == ()
    assert known.coverage("Fictive Solid Panel", None) == (), "which version is not known"
    assert known.coverage(None, None) == ()
    assert known.knows("Fictive Solid Panel")


def test_a_row_without_version_holds_where_no_other_does():
    text = HEAD + "P,,IDH1_MUTATION,DNA,yes,,,,,s,yes\nP,2,IDH2_MUTATION,DNA,yes,,,,,s,yes\n"
    known = assays(text)
    assert [each.marker.value for each in known.coverage("P", "1")] == ["IDH1_MUTATION"]
    assert [each.marker.value for each in known.coverage("P", "2")] == ["IDH2_MUTATION"]
    assert [each.marker.value for each in known.coverage("P", None)] == ["IDH1_MUTATION"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("P,1,IDH9_MUTATION,DNA,yes,,,,,s,yes", "row 2"),
        ("P,1,IDH1_MUTATION,tissue,yes,,,,,s,yes", "row 2"),
        ("P,1,IDH1_MUTATION,DNA,perhaps,,,,,s,yes", "covered"),
        ("P,1,IDH1_MUTATION,DNA,yes,many,,,,s,yes", "row 2"),
        (",1,IDH1_MUTATION,DNA,yes,,,,,s,yes", "assay"),
    ],
)
def test_a_wrong_assay_row_is_named(line, why):
    with pytest.raises(InputError, match=why):
        assays(HEAD + line + "\n")


def test_an_assay_table_without_a_column_is_refused():
    with pytest.raises(InputError, match="vaf_lod"):
        assays(HEAD.replace("vaf_lod,", "") + "P,1,IDH1_MUTATION,DNA,yes,,,,s,yes\n")
