"""What a reader sees: escaping, states in words, numbers with units, suppressed and missing values."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import present
from workbench.present import Column, Fragment

EVIL = "<script>alert(1)</script>"
JAPANESE = "日本語モデル「大」"


@pytest.mark.parametrize(
    "made",
    [
        present.badge,
        lambda word: present.badge("met", word),
        lambda word: present.verdict("met", word, word),
        lambda word: present.card("met", word, word, word, [(word, word)], 0.5),
        lambda word: present.table(pd.DataFrame({"a": [word]}), [Column("a", word, align="left")], caption=word),
        lambda word: present.table(pd.DataFrame({"a": []}), [Column("a", "A")], caption=word, nothing=word),
        present.empty,
        present.lead,
        lambda word: present.findings([(word, word)]),
        lambda word: present.details(word, word),
        lambda word: present.definitions([(word, word)]),
        present.join,
    ],
)
def test_text_from_data_is_escaped_and_japanese_survives(made) -> None:
    assert "<script" not in made(EVIL)
    assert JAPANESE in made(JAPANESE)


@given(st.text())
def test_no_text_can_open_a_tag(word: str) -> None:
    assert re.sub(r"</?(div|p|span|td|th|tr)\b[^<>]*>", "", present.lead(word)).count("<") == 0


def test_a_fragment_is_not_escaped_twice() -> None:
    inner = present.badge("met")
    assert inner in present.details("more", inner)
    assert Fragment("<b>x</b>")._repr_html_() == "<b>x</b>"


@pytest.mark.parametrize("state", present.STATES)
def test_a_state_is_told_by_a_word_and_a_sign_not_by_colour_alone(state: str) -> None:
    sign, word = present.STATES[state]
    assert f"{sign} {word}" in present.badge(state)


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_less_than_all_is_never_shown_as_all(ratio: float) -> None:
    assert present.percent(ratio) != "100.0 %"
    assert present.percent(ratio, 2) != "100.00 %"


def test_a_value_that_does_not_exist_is_a_dash_never_zero() -> None:
    shows = [present.count, present.percent, present.points, present.yen, present.milliseconds, present.times, present.signed, present.day]
    for nothing in (None, float("nan"), pd.NaT):
        assert {show(nothing) for show in shows} == {present.NOTHING}
    assert present.with_interval(present.percent)(float("nan"), 0.0, 1.0) == present.NOTHING


def test_an_instant_is_shown_in_the_zone_of_the_report() -> None:
    at = pd.Timestamp("2026-08-31T22:05Z")
    assert present.moment(at, "Asia/Tokyo") == "Tue 1 Sep 2026 07:05"


def test_a_suppressed_row_keeps_its_name_and_withholds_its_numbers() -> None:
    frame = pd.DataFrame({"tenant": ["a", "b"], "learners": [50, 3], "suppressed": [False, True]})
    shown = present.table(frame, [Column("tenant", "Tenant", align="left"), Column("learners", "Learners", present.count)])
    assert ">b<" in shown and present.SUPPRESSED in shown and ">3<" not in shown and ">50<" in shown


def test_an_empty_table_says_so() -> None:
    assert "Nothing happened." in present.table(pd.DataFrame({"a": []}), [Column("a", "A")], nothing="Nothing happened.")


def test_a_card_bar_stays_inside_its_frame() -> None:
    widths = [re.search(r"width:(\d+)%", present.card("met", "t", "v", "", [], share)).group(1) for share in (-3.0, 0.25, 9.0)]
    assert widths == ["0", "25", "100"]
    assert "width" not in present.card("no_data", "t", "v", "", [], float("nan"))


def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    assert "url(" not in present.style() and "@import" not in present.style()


def test_a_panel_shows_title_figure_and_caption() -> None:
    shown = present.outputs(present.Panel(EVIL, "figure", "what is drawn"), present.lead("after"), present.lead("it"))
    assert [type(part) for part in shown] == [Fragment, str, Fragment]
    assert "&lt;script" in shown[0] and "what is drawn" in shown[2] and "after" in shown[2] and "it" in shown[2]
