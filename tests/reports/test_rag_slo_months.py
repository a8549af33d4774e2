"""The RAG report on hand-written months: every state, what few learners hide, and names that are markup."""

import functools
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import URL

from workbench import db, present
from workbench.charts import answers
from workbench.errors import UsageError
from workbench.publish.data import canonical
from workbench.reports import rag_slo
from workbench.reports.rag_slo import views, views_more

EVIL, JAPANESE = "<script>alert(1)</script>", "日本語モデル「大」"
PAGES = (
    views.opening, views.alerts, views.budget, views.latency, views_more.quality, views_more.cost, views_more.comparison,
    views_more.coverage, views_more.provenance,
)  # fmt: skip
Frames = dict[str, pd.DataFrame]


@functools.cache
def build(url: URL, month: int, **given: Any) -> Frames:
    end = f"2026-{month + 1:02}-01" if month < 12 else "2027-01-01"
    period = {"start": f"2026-{month:02}-01", "end": end, "platform": "mued", "as_of": "2026-12-01T00:00:00Z", **given}
    with db.engine(db.READER, url).connect() as connection:
        return rag_slo.build(connection, period)


def state(frames: Frames, objective: str = "availability") -> str:
    return frames["objectives"].set_index("objective")["state"][objective]


def shown(frames: Frames) -> str:
    """Everything a reader gets: fragments, and figures with their hover text and embedded data."""
    parts = present.outputs(*(part for page in PAGES for part in page(frames)))
    return "\n".join(part if isinstance(part, str) else part.to_json() for part in parts)


def sentence(frames: Frames) -> tuple[str, str]:
    row = frames["verdict"].iloc[0]
    return row["state"], row["sentence"]


# --- states ----------------------------------------------------------------------------------------------------------


def test_a_month_that_kept_its_promises_is_met(hand_made: URL) -> None:
    frames = build(hand_made, 1)
    assert sentence(frames) == ("met", "All 7 objectives were met.")
    assert frames["objectives"]["remaining"].min() == 1


def test_little_budget_left_is_at_risk(hand_made: URL) -> None:
    frames = build(hand_made, 2)
    assert state(frames) == "at_risk" and sentence(frames)[0] == "at_risk"
    row = frames["objectives"].set_index("objective").loc["availability"]
    assert 0 < row["remaining"] < 0.25 and row["total"] == 28 * 40
    assert "At risk: Availability" in sentence(frames)[1]


def test_an_overspent_budget_is_breached_and_says_since_when(hand_made: URL) -> None:
    frames = build(hand_made, 3)
    row = frames["objectives"].set_index("objective").loc["availability"]
    assert row["state"] == "breached" and row["bad"] == 31 * 2 and row["consumed"] == pytest.approx(5.0)
    assert row["exhausted_at"].month == 3 and row["outlook"].startswith("empty since")
    assert "1 of 7 objectives was missed: Availability (95.0 %, promised 99 %)" in sentence(frames)[1]
    assert frames["quality"].set_index("measure")["change"]["availability"] == "lower"


@pytest.mark.parametrize(("month", "kind", "words"), [(4, "silent", "learners were there"), (5, "idle", "nobody used")])
def test_a_month_without_answers_is_no_data_and_says_which_kind(hand_made: URL, month: int, kind: str, words: str) -> None:
    frames = build(hand_made, month)
    assert sentence(frames)[0] == "no_data" and words in sentence(frames)[1]
    assert set(frames["objectives"]["state"]) == {"no_data"}
    assert set(frames["days_without_data"]["kind"]) == {kind} and frames["objectives"]["sli"].isna().all()
    assert list(frames["findings"]["kind"]) == [f"{kind}_day"]
    page = shown(frames)
    assert "No data" in page and ">0.0&nbsp;%<" not in page and "NaN" not in page and ">nan<" not in page


def test_a_period_that_has_not_begun_says_so(hand_made: URL) -> None:
    frames = build(hand_made, 3, as_of="2026-02-15T00:00:00Z")
    assert sentence(frames) == ("no_data", "There is nothing to judge yet: the period has not begun.")
    assert shown(frames)


def test_an_unfinished_month_is_judged_by_what_there_is_and_carried_on(hand_made: URL) -> None:
    frames = build(hand_made, 3, as_of="2026-03-11T00:00:00Z")
    row = frames["objectives"].set_index("objective").loc["availability"]
    assert row["total"] == 10 * 40 and row["bad"] == 20
    assert row["allowed"] == pytest.approx(10 * 40 * 31 / 10 * 0.01) and row["state"] == "breached"
    assert "so far" in sentence(frames)[1] and len(frames["answers_daily"]) == 11
    assert frames["quality"].set_index("measure")["previous"]["availability"] == pytest.approx(0.9925, abs=0.005)


# --- few learners ----------------------------------------------------------------------------------------------------


def test_a_month_of_three_learners_shows_nothing_about_them(hand_made: URL) -> None:
    frames = build(hand_made, 6)
    assert sentence(frames)[0] == "no_data" and "fewer than 10 learners asked" in sentence(frames)[1]
    written = canonical({"frames": frames})
    assert "1000.0" not in written and "90" not in re.findall(r"\d+", written)
    assert frames["objectives"]["total"].sum() == 0 and frames["cost"].iloc[0]["cost_jpy"] == 0
    assert shown(frames)


def test_a_model_of_three_learners_is_named_but_its_figures_are_withheld(hand_made: URL) -> None:
    frames = build(hand_made, 7)
    for name, column in (("latency_models", "model"), ("cost_models", "model"), ("groups", "group")):
        part = frames[name][frames[name][column] == "rare-model"]
        assert len(part) and part["suppressed"].all()
        figures = part.drop(columns=[c for c in ("model", "group", "dimension", "rate", "label", "suppressed", "few") if c in part])
        assert figures.isna().all().all(), name
    assert not (frames["findings"]["subject"] == "rare-model").any()
    assert not frames["comparisons"][["first", "second"]].eq("rare-model").any().any()
    daily = frames["cost_daily"]
    assert daily[daily["model"] == "rare-model"]["suppressed"].all()
    assert "rare-model" not in answers.cost_by_day(daily).to_json()


def test_what_the_total_would_give_back_is_withheld_as_well(hand_made: URL) -> None:
    frames = build(hand_made, 7)
    hidden = frames["cost_models"]["suppressed"].astype(bool)
    assert hidden.sum() == 2, "the rare model, and the smallest of the others"
    assert frames["suppression"].set_index("frame")["withheld"]["cost_models"] == 2
    assert present.SUPPRESSED in shown(frames)


def test_with_a_model_chosen_the_rest_is_filtered_before_it_is_counted(hand_made: URL) -> None:
    assert sentence(build(hand_made, 7, model="rare-model"))[0] == "no_data"
    frames = build(hand_made, 7, model=EVIL)
    assert frames["objectives"]["total"].max() == 31 * 17
    assert set(frames["latency_models"]["model"]) == {EVIL} and not frames["latency_daily"]["suppressed"].any()


# --- names that are markup -------------------------------------------------------------------------------------------


def test_no_name_from_the_data_becomes_markup_and_japanese_stays(hand_made: URL) -> None:
    page = shown(build(hand_made, 7))
    assert "<script" not in page and "\\u003cscript" not in page
    assert "&lt;script&gt;" in page and JAPANESE in page.encode().decode("unicode_escape", "ignore") + page


def test_the_page_of_every_month_can_be_shown(hand_made: URL) -> None:
    for month in (1, 2):
        page = shown(build(hand_made, month))
        assert "None" not in re.sub(r"None of the|none", "", page) and ">nan<" not in page


def panels(frames: Frames) -> Iterable[present.Panel]:
    return (part for page in PAGES for part in page(frames) if isinstance(part, present.Panel))


def test_every_figure_has_a_title_and_a_caption(hand_made: URL) -> None:
    found = list(panels(build(hand_made, 7)))
    assert len(found) >= 8
    assert all(len(panel.title) > 10 and len(panel.caption) > 40 for panel in found)


# --- asked wrongly ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "named"),
    [({"platform": "moodle"}, "moodle"), ({"timezone": "Europe/Paris"}, "Europe/Paris"), ({"end": "2026-01-01"}, "period is empty")],
)
def test_a_wrong_question_is_refused_with_a_sentence(hand_made: URL, given: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        build(hand_made, 1, **given)


def test_another_time_zone_moves_answers_to_other_days(hand_made: URL) -> None:
    utc, tokyo = build(hand_made, 1), build(hand_made, 1, timezone="Asia/Tokyo")
    assert utc["objectives"]["total"].iloc[0] == 31 * 40
    # from 15:00 UTC on it is the next day in Tokyo: the last answers of January are February's there
    assert tokyo["objectives"]["total"].iloc[0] == 31 * 40 - 12
    assert tokyo["answers_daily"]["answers"].iloc[0] == 28
