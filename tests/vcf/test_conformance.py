"""The corpus of the VCF specification, of vcfpy and of PyVCF (S1): no crash, nothing silent.

Each file is asked three times: by the scan and the rules on *all* rows (in a night only rows of
panel genes are asked), by the record parser on all rows, and by the whole reader with a build
declared, for most of these files name none. The tables below are written by hand.
"""

import csv
import gzip
import sys
from collections import Counter

import pytest

from parsers.extract import read
from parsers.vcf_meta_rules import header_faults
from parsers.vcf_record_rules import record_faults
from parsers.vcf_records import records
from parsers.vcf_scan import Candidate, scan
from pipeline.errors import ReportError
from pipeline.sheets import manifest
from pipeline.tables import packaged

# The codes that name the fault which a file of the specification was made for. A file of the
# family must be held for one of them or carry one as a warning; another warning would be chance.
FAMILIES = """
family                 names of the fault
body_alt               alt
body_chrom             chrom
body_contiguous        unsorted
body_duplicated        duplicate_allele
body_filter            filter
body_format            format_key format_order format_twice genotype
body_id                id
body_info              info_number info_type info_value info_flag info_space info_twice
body_no_newline        no_newline
body_pos               bad_row
body_qual              qual
body_ref               ref
body_sample            genotype sample_values sample_number sample_type duplicate_sample
body_samples_ploidy    sample_number
body_unsorted          unsorted
empty                  no_chrom_line second_header
empty_sample           no_chrom_line
fileformat             version no_fileformat
header                 bad_chrom_line no_samples no_chrom_line
meta                   meta_no_value meta_malformed no_chrom_line
meta_alt               meta_number meta_type meta_unquoted meta_order meta_name meta_malformed
meta_assembly          meta_no_value meta_url
meta_contig            meta_attribute_missing meta_name meta_malformed
meta_format            meta_number meta_type meta_unquoted meta_order meta_reserved
meta_info              meta_number meta_type meta_unquoted meta_order meta_reserved meta_flag
meta_meta              meta_number meta_type meta_malformed meta_order meta_attribute_missing
meta_pedigree          meta_malformed meta_name meta_attribute_missing
meta_pedigreedb        meta_no_value meta_url
meta_sample            meta_attribute_missing meta_name meta_malformed meta_quoted
"""

# Files of "passed" folders that depart from the text of the specification all the same.
ODD = {
    "complexfile_passed_000.vcf": (
        {"filter", "sample_number", "unsorted"},
        "PASS beside a filter, three likelihoods for two ALT, contig <1> between rows of 1",
    ),
    "passed_body_alt.vcf": (
        {"genotype", "sample_number"},
        "the row with ALT '.' has genotype 0|1 and likelihoods of two alleles",
    ),
    "passed_body_info.vcf": ({"info_number"}, "EXPLAIN is defined with one value and has two"),
    "passed_meta_info.vcf": ({"meta_flag"}, "a flag is defined with Number=A"),
    "zero_length_LAA.vcf": ({"unsorted", "no_newline"}, "rows out of order, last row not closed"),
}

# Files of PyVCF and vcfpy that no VCF reader may take: they are held, and rightly.
HELD = {
    "example-4.1-bnd.vcf": ("bad_chrom_line", "spaces stand for some tabs of the column names"),
    "example-4.2.vcf": ("bad_chrom_line", "spaces stand for tabs in the column names"),
    "metadata-whitespace.vcf": ("bad_chrom_line", "spaces stand for tabs in the column names"),
    "issue_49.vcf": ("bad_chrom_line", "spaces stand for tabs in the column names"),
    "issue-16.vcf": ("column_count", "spaces stand for some tabs of the rows"),
}
NO_RECORD = {"issue-214.vcf": "REF of line 32 is '*'"}

# What may hold a valid file that the scan took: its build or its reference, never its form.
OTHER_HOLDS = {"build_unknown", "build_unsupported", "build_contradiction"}


@pytest.fixture(scope="module")
def corpus(shared_data):
    found = (each for each in (shared_data / "vcf_conformance").rglob("*") if each.is_file())
    return sorted(each for each in found if each.suffix in {".vcf", ".gz"})


def text_of(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("latin-1")


def rows_of(path):
    """Every row with its physical number, counted without our reader."""
    lines = text_of(path).replace("\r\n", "\n").split("\n")
    return [
        Candidate(line=number, text=line)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    ]


def verdict(path):
    """("held", code) or ("named" | "clean", codes) of scan and rules over all rows."""
    try:
        seen = scan(path.read_bytes())
    except ReportError as error:
        return "held", {error.code}
    rows = rows_of(path)
    assert seen.data_lines == len(rows), path.name
    faults = [*header_faults(seen.header, seen.columns)]
    faults += record_faults(rows, seen.columns, seen.header)
    codes = {fault.code for fault in faults} | set(seen.oddities)
    codes |= set() if seen.ends_with_newline else {"no_newline"}
    return ("named" if codes else "clean"), codes


def is_invalid(path):
    return "failed" in path.parts


def is_specification(path):
    return "samtools+hts-specs" in path.parts


def families():
    lines = FAMILIES.strip().splitlines()[1:]
    return {name: set(codes) for name, *codes in (line.split() for line in lines)}


def family(path):
    stem = path.stem.removeprefix("failed_")
    return max((name for name in families() if stem.startswith(name)), key=len)


def test_every_invalid_file_is_held_or_named_for_its_own_fault(corpus):
    invalid = [path for path in corpus if is_invalid(path)]
    assert len(invalid) >= 604
    missed = []
    for path in invalid:
        kind, codes = verdict(path)
        if kind == "clean" or not codes & families()[family(path)]:
            missed.append((str(path.relative_to(path.parents[2])), sorted(codes)))
    assert missed == []


def test_every_valid_file_is_taken_and_its_rows_are_counted(corpus, capsys):
    valid = [path for path in corpus if not is_invalid(path)]
    assert len(valid) >= 120
    table, told = Counter(), []
    for path in valid:
        kind, codes = verdict(path)
        table[path.parent.name if not is_specification(path) else path.parts[-3:-1], kind] += 1
        if path.name in HELD:
            assert (kind, codes) == ("held", {HELD[path.name][0]})
            told.append(f"{path.name}: held, {HELD[path.name][1]}")
            continue
        assert kind != "held", (path.name, codes)
        if is_specification(path):
            expected, why = ODD.get(path.name, (set(), ""))
            assert codes == expected, path.name
            told += [f"{path.name}: {why}"] if why else []
    with capsys.disabled():
        counts = [f"{folder} {kind}: {n}" for (folder, kind), n in table.items()]
        sys.stdout.write("\n".join(["", *counts, *sorted(set(told)), ""]))


def test_every_row_of_a_valid_file_becomes_a_record(corpus):
    """Single breakends, <*>, escaped quotes, keys in other order: what pyvcf3 alone refuses."""
    refused = {}
    for path in corpus:
        if is_invalid(path) or path.name in HELD:
            continue
        rows = rows_of(path)
        try:
            assert len(records(rows, scan(path.read_bytes()).columns)) == len(rows)
        except ReportError as error:
            refused[path.name] = error.sentence
    assert set(refused) == set(NO_RECORD), refused


def declared(path):
    """A manifest row that names a sample of the file and the build its contigs allow."""
    names = next(line for line in text_of(path).split("\n") if line.startswith("#CHROM"))
    sample = (names.rstrip("\r").split("\t")[9:] or [""])[0]
    text = "file,mrn,assigning_authority,assembly,tumour_sample\n"
    cells = [path.name, "1", "EXEMPLA", "GRCh37", sample]
    return manifest(text + ",".join(f'"{cell}"' for cell in cells) + "\n")[0]


def test_the_whole_reader_reads_holds_or_names_every_file(corpus, capsys):
    """No crash; a valid file that is held is held for its build or a row of a gene, with a code."""
    outcome, unexpected = Counter(), []
    for path in corpus:
        held_by_scan = verdict(path)[0] == "held"
        row = None if held_by_scan else declared(path)
        report = read(path.read_bytes(), path.name, row).report
        side = "invalid" if is_invalid(path) else "valid"
        outcome[side, report.status.value, report.code or "-"] += 1
        assert report.status.value in {"final", "held", "unreadable", "unrecognised"}
        assert report.status.value == "final" or (report.code and report.reasons)
        taken = is_invalid(path) or held_by_scan or report.status.value == "final"
        if not taken and report.code not in OTHER_HOLDS:
            unexpected.append((path.name, report.code, report.reasons))
        if report.status.value == "final":
            assert f"{len(rows_of(path))} data lines" in report.completeness.evidence
    with capsys.disabled():
        counts = [f"{' '.join(key)}: {n}" for key, n in sorted(outcome.items())]
        sys.stdout.write("\n".join(["", *counts, ""]))
    assert unexpected == []


def test_the_table_of_reserved_keys_has_a_source_for_each_row():
    rows = list(csv.DictReader(packaged("parsers", "vcf_reserved.csv").splitlines()))
    assert len(rows) > 35
    assert all(row["source"] and row["checked"] in {"yes", "recall"} for row in rows)
