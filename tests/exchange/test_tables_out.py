"""CSV and Parquet: no cell is computed, nothing is mangled, every row comes back as it was."""

import csv
import io
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.cells import cell, columns, shielded, unshielded, value
from exchange.csv_tables import ENCODING, CsvTable, read
from exchange.parquet import ParquetTable
from exchange.tabular import TABLES, CaseLine, FindingLine, FlagLine, Line, MarkerLine
from pipeline.errors import InputError
from pipeline.model import Marker
from tests.exchange.test_documents import interpretation, result

# text as a report may print it | the cell in the file
CELLS = [
    ("p.R132C", "p.R132C"),
    ("FGFR2::BICC1", "FGFR2::BICC1"),
    ("gemcitabine + cisplatin", "gemcitabine + cisplatin"),
    ("<10 mut/Mb", "<10 mut/Mb"),
    # a formula at the start
    ("=1+1", "'=1+1"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t'=1"),
    ("\tplain", "'\tplain"),
    ("\rplain", "'\rplain"),
    ("\nplain", "'\nplain"),
    ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
    # the same behind what programs strip, and in other widths
    ("  =1", "'  =1"),
    ("\u200b=1", "'\u200b=1"),
    ("\ufeff=1", "'\ufeff=1"),
    ("\u202e=1", "'\u202e=1"),
    ("\x00=1", "'\x00=1"),
    ("\xa0=1", "'\xa0=1"),
    ("＝1", "'＝1"),
    ("＋1", "'＋1"),
    ("－1", "'－1"),
    ("＠A1", "'＠A1"),
    ("−1", "'−1"),
    # behind a delimiter, a quote or a line break, where another program may begin a cell
    ("a,=1", "a,'=1"),
    ("a;=1", "a;'=1"),
    ("a|=1", "a|'=1"),
    ('a"=1', "a\"'=1"),
    ('","=1', '","\'=1'),
    ("a\r\n=1", "a\r\n'=1"),
    ("a, @x", "a,' @x"),
    # apostrophes of the text are kept apart from ours
    ("'=1", "''=1"),
    ("'", "''"),
    ("", "'"),
    ("5'-UTR", "5'-UTR"),
    ("'quoted'", "'quoted'"),
    # names that a spreadsheet takes for dates, identifiers that it takes for numbers
    ("SEPT9", "'SEPT9"),
    ("MARCH1", "'MARCH1"),
    ("DEC1", "'DEC1"),
    ("sept2", "'sept2"),
    ("MARCHF1", "MARCHF1"),
    ("September 9", "'September 9"),
    ("1-Mar", "'1-Mar"),
    ("2-14", "'2-14"),
    ("2310009E13", "'2310009E13"),
    ("00012345", "'00012345"),
    ("12345678901234567", "'12345678901234567"),
    ("1.10", "'1.10"),
    ("2024-05-16", "'2024-05-16"),
    ("MARK1", "MARK1"),
    ("12345", "12345"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CELLS)
def test_a_cell_is_text_in_every_spreadsheet_and_comes_back(text: str, expected: str) -> None:
    assert shielded(text) == expected
    assert unshielded(expected) == text


NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("'\"=+-@＝\t\r\n ,;|\\0aSEPT91\u202e\ufeff\x00"),
        st.characters(codec="utf-8"),
    ),
    max_size=12,
)


@given(NASTY)
def test_any_text_comes_back_and_begins_no_formula(text: str) -> None:
    told = shielded(text)
    assert unshielded(told) == text
    assert not told.strip(" \t\r\n\x00\ufeff\u202e").startswith(("=", "+", "-", "@", "＝"))


@given(st.lists(NASTY, max_size=4))
def test_any_list_comes_back(texts: list[str]) -> None:
    assert value(cell(tuple(texts)), tuple) == tuple(texts)


KINDS = [
    (None, str, ""),
    (None, float, ""),
    (True, bool, "yes"),
    (False, bool, "no"),
    (0.31, float, "0.31"),
    (1e-05, float, "1e-05"),
    (412, int, "412"),
    (date(2026, 11, 2), date, "2026-11-02"),
    ((), tuple, ""),
    (("",), tuple, "\\0"),
    (("a | b", "c\\"), tuple, "a \\| b | c\\\\"),
]


@pytest.mark.parametrize(("given_value", "kind", "text"), KINDS)
def test_every_kind_of_value_has_its_cell(given_value: object, kind: type, text: str) -> None:
    assert cell(given_value) == text  # type: ignore[arg-type]
    assert value(text, kind) == given_value


def test_a_case_is_told_in_four_tables() -> None:
    """The case of test_documents: IDH1 p.R132C, one flag that asks, 24 silent markers."""
    told = {row: list(rows(interpretation(result()))) for row, (_, rows) in TABLES.items()}
    (case,), (finding,), (flag,) = told[CaseLine], told[FindingLine], told[FlagLine]
    assert (case.detected, case.not_detected) == (("IDH1_MUTATION",), ())
    assert len(case.not_assessed) == len(Marker) - 1
    assert case.warnings == ("unfiltered",)
    assert [each.marker for each in told[MarkerLine]] == [each.value for each in Marker]
    assert next(each for each in told[MarkerLine] if each.marker == "MSI").order == "order MSI"
    assert (finding.hgvs_p, finding.hgvs_c, finding.vaf, finding.line) == (
        "p.R132C", "c.394C>T", 0.31, 12,
    )  # fmt: skip
    assert finding.genomic == "GRCh37:2:209113113:G>A"
    assert (flag.kind, flag.missing, flag.escat) == ("ASK", ("number of prior lines",), "I-A")


def test_nobody_is_named_in_the_tables() -> None:
    said = interpretation(result())
    text = "".join(table_of(row, list(rows(said))) for row, (_, rows) in TABLES.items())
    assert "Nobody" not in text
    assert "SYN-26-0220" not in text
    assert "a.vcf" not in text


def table_of(row: type[Line], rows: list[Line]) -> str:
    out = io.StringIO(newline="")
    CsvTable(out, row).write(rows)
    return out.getvalue()


HOSTILE = '=HYPERLINK("http://x")\r\n</script>\x00\u202e\'; DROP TABLE\ufeff,＝1'


def hostile(row: type[Line]) -> Line:
    """A row of every column at its worst."""
    by_kind = {
        str: HOSTILE, tuple: (HOSTILE, "", "|\\"), int: -1, float: -0.0, bool: False,
        date: date(1, 1, 1),
    }  # fmt: skip
    return row(**{name: by_kind[kind] for name, kind in columns(row).items()})


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.__name__)
def test_a_file_gives_back_its_rows(row: type[Line], tmp_path: Path) -> None:
    _, lines = TABLES[row]
    rows = [*lines(interpretation(result())), hostile(row)]
    path = tmp_path / "table.csv"
    with path.open("w", encoding=ENCODING, newline="") as out:
        CsvTable(out, row).write(rows)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding=ENCODING, newline="") as text:
        assert list(read(text, row)) == rows


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.__name__)
def test_a_parquet_file_gives_back_its_rows(row: type[Line], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    _, lines = TABLES[row]
    rows = [*lines(interpretation(result())), hostile(row)]
    table = ParquetTable(tmp_path / "table.parquet", row)
    table.write(rows[:1])
    table.write(rows[1:])
    table.close()
    found = parquet.read_table(tmp_path / "table.parquet").to_pylist()
    back = [
        row(**{name: tuple(each) if isinstance(each, list) else each for name, each in one.items()})
        for one in found
    ]
    assert back == rows


def test_a_long_cell_comes_back(tmp_path: Path) -> None:
    (first, *_) = TABLES[MarkerLine][1](interpretation(result()))
    line = replace(first, detail="x" * 200_000)
    assert list(read(io.StringIO(table_of(MarkerLine, [line]), newline=""), MarkerLine)) == [line]


WRONG = [
    ("another table", "a,b\r\n1,2\r\n", "the columns are not its columns"),
    ("an empty file", "", "the columns are not its columns"),
    ("a short row", "{header}C1\r\n", "row 2 has 1 cells under 10 columns"),
    (
        "a word for a number",
        "{header}C1,MSI,a,b,c,high,,,,\r\n",
        "row 2, column value: not a float",
    ),
    ("an open quote", '{header}"C1', "is not CSV"),
]


@pytest.mark.parametrize(
    ("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_file_that_is_no_such_table_is_refused(text: str, said: str) -> None:
    header = ",".join(each.name for each in fields(MarkerLine)) + "\r\n"
    with pytest.raises(InputError, match=said):
        list(read(io.StringIO(text.replace("{header}", header), newline=""), MarkerLine))


def test_the_refusal_does_not_quote_the_cell() -> None:
    header = ",".join(each.name for each in fields(MarkerLine))
    with pytest.raises(InputError) as refused:
        list(read(io.StringIO(f"{header}\r\nC1,MSI,a,b,c,Nobody,,,,\r\n"), MarkerLine))
    assert "Nobody" not in str(refused.value)


def test_another_program_sees_the_same_cells() -> None:
    """A reader that knows nothing of ours: the standard library, strictly."""
    lines = list(csv.reader(io.StringIO(table_of(MarkerLine, [hostile(MarkerLine)])), strict=True))
    assert len(lines) == 2
    assert all(not each.startswith(("=", "+", "@", "\t", "\r")) for each in lines[1])
