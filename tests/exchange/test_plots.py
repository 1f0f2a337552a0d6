"""Pictures made of numbers: what they say in words, and that they say it only where it helps."""

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from exchange.figures import response
from exchange.plots import Series, fractions_over_time, responses

# the figures of a row of knowledge | the rate as people read it, None where nothing can be drawn
FIGURES = [
    ("FOENIX-CCA2; n=103; ORR 42% (95% CI 32-52); PFS 9.0", "42% (95% CI 32-52), n=103"),
    ("ROAR; n=30; ORR 46.7% (90% CI 30.8-63.0)", "46.7% (90% CI 30.8-63), n=30"),
    (
        "ReFocus; n=114; ORR 46.5% (37.1-56.1); OS 22.8",
        "46.5% (interval, level not stated, 37.1-56.1), n=114",
    ),
    (
        "n=88 (40 naive, 48 pretreated); ORR 58% naive (41-73); 50% pretreated (35-65)",
        "58% naive (interval, level not stated, 41-73), n=88 (40 naive, 48 pretreated)",
    ),
    ("FIGHT-202; ORR 37.0% (final); label 36%", None),
    ("ClarIDHy; ORR 2%", None),
    ("ORR 42% (95% CI 52-62)", None),
    ("ORR 42% (95% CI 32-520)", None),
    ("ORR 23.1% (recalled, not checked); PFS 7.3 (4.2-9.1)", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("figures", "told"), FIGURES)
def test_a_response_rate_is_taken_with_the_interval_that_is_stated(figures, told):
    found = response(figures)
    assert (found and found.sentence) == told


def both():
    return [
        ("futibatinib", response("n=103; ORR 42% (95% CI 32-52)")),
        ("<b>x</b>", response("n=9; ORR 10% (5-20)")),
    ]


def test_rates_are_drawn_in_proportion_and_said_in_words():
    drawn = responses(both())
    root = ET.fromstring(drawn)  # noqa: S314 - our own picture
    title, desc, *_ = (each.text for each in root)
    assert title == "Objective response rates with their intervals"
    assert desc == (
        "futibatinib: 42% (95% CI 32-52), n=103; "
        "<b>x</b>: 10% (interval, level not stated, 5-20), n=9"
    )
    rows = [
        (float(each.get("x1")), float(each.get("x2")))
        for each in root
        if each.get("class") == "range" and each.get("y1") == each.get("y2")
    ]
    # 0% lies at 230, 100% at 660.
    assert rows == [(367.6, 453.6), (251.5, 316.0)]


def test_one_rate_is_read_faster_than_a_picture():
    assert responses(both()[:1]) is None


def test_a_picture_has_no_script_no_style_and_no_markup_of_a_report():
    drawn = responses(both())
    assert "<b>" not in drawn
    assert not re.search(r"style=|<script|on\w+=|href", drawn)


DAYS = (date(2025, 6, 1), date(2025, 9, 1), date(2026, 3, 1))


def series(name, *fractions):
    return Series(name=name, points=tuple(zip(DAYS, fractions, strict=True)))


def test_fractions_over_time_say_where_an_alteration_was_not_seen():
    drawn = fractions_over_time([series("IDH1 p.R132C", 0.31, None, 0.05)])
    assert "IDH1 p.R132C: 31% on 2025-06-01, not seen on 2025-09-01, 5% on 2026-03-01" in drawn
    # A specimen without it has no point, and no line goes over it.
    assert drawn.count('class="point"') == 2
    assert "<polyline" not in drawn


def test_what_was_seen_once_is_no_line():
    assert fractions_over_time([series("IDH1 p.R132C", 0.31, None, None)]) is None
    assert fractions_over_time([]) is None


def test_series_differ_by_the_shape_of_their_points_and_have_their_names():
    drawn = fractions_over_time([series("a", 0.3, 0.2, 0.1), series("b", 0.3, 0.2, 0.1)])
    assert (drawn.count("<circle"), drawn.count("<polygon")) == (3, 3)
    names = re.findall(r'class="name" x="[\d.]+" y="([\d.]+)"', drawn)
    assert abs(float(names[0]) - float(names[1])) >= 15
