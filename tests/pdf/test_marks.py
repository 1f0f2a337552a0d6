"""Of several printed answers the marked one is read; none or two marks are no answer."""

import pytest

from parsers.marks import chosen, lightness
from parsers.page import Cell, Fill, Word

TEAL, BLUE, PALE, GREY = (0.2, 0.55, 0.6), (0.1, 0.2, 0.7), (0.92,), (0.5,)
WORDS = ("Stable", "Equivocal", "High")


def cell(words, x0, *, bold=False):
    word = Word(text=words, x0=x0, top=100, x1=x0 + 40, bottom=109, size=9, bold=bold)
    return Cell(page=1, words=(word,))


def bar(bold=None):
    return [cell(words, 100 + 60 * at, bold=at == bold) for at, words in enumerate(WORDS)]


def behind(at, colour, *, top=97.0, bottom=112.0, width=60.0):
    x0 = 90 + 60 * at
    return Fill(x0=x0, top=top, x1=x0 + width, bottom=bottom, colour=colour)


CASES = {
    "the first is filled": ([behind(0, TEAL)], "Stable"),
    "the second is filled": ([behind(1, TEAL)], "Equivocal"),
    "the last is filled": ([behind(2, TEAL)], "High"),
    "a grey fill": ([behind(2, GREY)], "High"),
    "a fill of inks": ([behind(1, (0.6, 0.1, 0.0, 0.1))], "Equivocal"),
    "none is filled": ([], None),
    "two are filled alike": ([behind(0, TEAL), behind(2, TEAL)], None),
    "two are filled in different colours": ([behind(0, TEAL), behind(2, BLUE)], None),
    "all are filled alike": ([behind(at, TEAL) for at in range(3)], None),
    "one is darker than the others": (
        [behind(0, PALE), behind(1, PALE), behind(2, BLUE)],
        "High",
    ),
    "one is paler than the others": ([behind(0, BLUE), behind(1, BLUE), behind(2, PALE)], None),
    "three different colours": ([behind(0, TEAL), behind(1, BLUE), behind(2, PALE)], None),
    "a band behind all of them": ([behind(0, TEAL, width=180)], None),
    "a band behind all and one filled": ([behind(0, PALE, width=180), behind(2, TEAL)], "High"),
    "outlines without paint": ([behind(at, None) for at in range(3)], None),
    "white paint": ([behind(0, (1.0, 1.0, 1.0))], None),
    "white over a fill of the bar": ([behind(0, TEAL), behind(0, (1.0,), width=55)], None),
    "only an underline": ([behind(0, TEAL, top=109.5, bottom=111)], None),
    "a fill elsewhere on the page": ([behind(0, TEAL, top=300, bottom=320)], None),
    "a fill that ends within the word": ([behind(0, TEAL, width=25)], None),
}


@pytest.mark.parametrize(("fills", "answer"), CASES.values(), ids=CASES)
def test_the_fill_marks_the_answer(fills, answer):
    index = chosen(bar(), fills)
    assert (None if index is None else WORDS[index]) == answer


def test_bold_on_another_option_contradicts_the_fill():
    assert chosen(bar(bold=0), [behind(0, TEAL)]) == 0
    assert chosen(bar(bold=2), [behind(0, TEAL)]) is None


def test_of_two_painted_options_neither_is_the_mark():
    assert chosen(bar()[:2], [behind(0, TEAL), behind(1, PALE)]) is None
    assert chosen(bar()[:2], [behind(1, TEAL)]) == 1


@pytest.mark.parametrize(
    ("boxes", "index"),
    [
        (("☐", "☒", "☐"), 1),
        (("[ ]", "[ ]", "[x]"), 2),
        (("☑", "☐", "☐"), 0),
        (("☐", "☐", "☐"), None),
        (("☒", "☐", "☒"), None),
    ],
)
def test_a_ticked_box_marks_the_answer(boxes, index):
    options = [
        cell(f"{box} {words}", 100 + 60 * at)
        for at, (box, words) in enumerate(zip(boxes, WORDS, strict=True))
    ]
    assert chosen(options, []) == index


@pytest.mark.parametrize(
    ("colour", "value"),
    [(None, 1.0), ((0.0,), 0.0), ((1.0, 1.0, 1.0), 1.0), ((0, 0, 0, 1), 0.0), ((0, 0, 0, 0), 1.0)],
)
def test_lightness_goes_from_black_to_the_page(colour, value):
    assert lightness(colour) == value
