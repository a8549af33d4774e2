"""The progress report over simulated platforms: it finds what is planted, withholds what is about few, and agrees with plain pandas."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import URL, text

from workbench import db, present
from workbench.errors import UsageError
from workbench.metrics import calibration
from workbench.publish.data import canonical
from workbench.reports import progress
from workbench.reports.progress import views, views_more, views_person

Frames = dict[str, pd.DataFrame]
pytestmark = [pytest.mark.xdist_group("engaged"), pytest.mark.usefixtures("in_utc")]
AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "timezone": "UTC"}
PAGES = (
    views.opening,
    views_person.person,
    views.mastery,
    views.curves,
    views.belief,
    views_more.items,
    views_more.reviews,
    views_more.completion,
    views_more.helping,
    views_more.provenance,
)


@pytest.fixture(scope="module")
def seeded(engaged_database: Any) -> Iterator[URL]:
    """A database with simulated drivers, learners and students, and their rollups."""
    yield engaged_database.url
    db.engine(None, engaged_database.url).dispose()
    db.engine(db.READER, engaged_database.url).dispose()


def build(url: URL, **more: Any) -> Frames:
    with db.engine(db.READER, url).connect() as connection:
        return progress.build(connection, {**AUGUST, **more})


@pytest.fixture(scope="module")
def frames(seeded: URL) -> Frames:
    return build(seeded)


@pytest.fixture(scope="module")
def planted(seeded: URL) -> dict[tuple[str, str], dict[str, Any]]:
    with db.engine(None, seeded).connect() as connection:
        rows = connection.execute(text("select platform, fact, details from marts.seed_fact where kind = 'planted'")).all()
    return {(row.platform, row.fact): row.details for row in rows}


@pytest.fixture(scope="module")
def attempts(seeded: URL) -> pd.DataFrame:
    """The raw answers, read without the report."""
    query = (
        "select platform, learner_id::text, skill_id::text, item_id::text, tenant, is_correct, occurred_at from marts.fact_attempt"
        " where occurred_at < '2026-09-01' and is_correct is not null order by learner_id, occurred_at, attempt_id"
    )
    with db.engine(None, seeded).connect() as connection:
        return pd.DataFrame(connection.execute(text(query)).mappings().all())


def shown(frames: Frames, pages: tuple = PAGES) -> str:
    """Everything the pages show: fragments, headings and figures with their embedded data."""
    parts = [part for page in pages for part in present.outputs(*page(frames))]
    return "\n".join(part.to_json() if hasattr(part, "to_json") else str(getattr(part, "data", part)) for part in parts)


class TestWhatIsPlanted:
    @pytest.mark.parametrize(
        ("platform", "fact", "key"),
        [("drivemaster", "bad_item", "content_id"), ("learning", "wrong_key", "asset_id"), ("video", "wrong_key", "question_id")],
    )
    def test_bad_items_are_found(self, frames, planted, platform, fact, key):
        assert planted[platform, fact][key] in set(frames["findings"].query("kind == 'item'")["subject"])

    def test_and_no_others(self, frames, planted):
        known = {details.get(key) for details in planted.values() for key in ("content_id", "variant_id", "asset_id", "question_id")}
        found = frames["findings"].query("kind == 'item'")
        assert found[~found["subject"].isin(known)].to_dict("records") == []

    def test_the_worse_variant_is_called_worse_and_the_useless_one_is_not(self, frames, planted):
        verdict = frames["versions"].set_index("content_id")["verdict"]
        assert verdict[planted["drivemaster", "worse_variant"]["variant_id"]] == "worse"
        assert verdict[planted["drivemaster", "useless_variant"]["variant_id"]] == "no difference shown"

    def test_the_drifted_concept_is_named_with_its_time(self, seeded, frames, planted):
        with db.engine(None, seeded).connect() as connection:
            key = planted["drivemaster", "drifted_concept"]["concept"]
            skill = str(connection.execute(text("select id from drivemaster.concepts where key = :key"), {"key": key}).scalar())
        row = frames["belief_skills"].set_index("skill_id").loc[skill]
        assert row["verdict"] == "drifts" and row["bias_after"] < row["bias_before"]
        assert abs((row["drift_since"] - pd.Timestamp("2026-08-11")).days) <= 5

    def test_the_guesser_is_told_of_without_a_number(self, frames):
        row = frames["rapid"].set_index("platform").loc["learning"]
        assert row["is_there"] and row["suppressed"] and pd.isna(row["rapid"])
        assert not frames["rapid"].set_index("platform").loc["drivemaster", "is_there"]


class TestAgainstPlainPandas:
    def test_skills_count_learners_and_answers(self, frames, attempts):
        told = frames["skills"][~frames["skills"]["suppressed"]].set_index(["platform", "skill_id"])
        groups = attempts.groupby(["platform", "skill_id"])
        assert told["learners"].equals(groups["learner_id"].nunique().reindex(told.index).astype(float))
        august = attempts[attempts["occurred_at"] >= datetime(2026, 8, 1, tzinfo=UTC)].groupby(["platform", "skill_id"]).size()
        assert told["answers"].equals(august.reindex(told.index, fill_value=0).astype(float))

    def test_mastery_is_the_replay_of_the_answers(self, seeded, frames, attempts):
        with db.engine(None, seeded).connect() as connection:
            skills = pd.DataFrame(
                connection.execute(text("select skill_id::text, prior, learn, guess, slip from drivemaster.dim_skill")).mappings()
            )
        given = {row[0]: row[1:] for row in skills.dropna().itertuples(index=False)}
        mine = attempts[attempts["platform"] == "drivemaster"]
        states = {}  # odds of knowing, answer by answer
        for key, right in zip(zip(mine["skill_id"], mine["learner_id"], strict=True), mine["is_correct"], strict=True):
            prior, learn, guess, slip = given[key[0]]
            odds = states.get(key, prior / (1 - prior)) * ((1 - slip) / guess if right else slip / (1 - guess))
            states[key] = (odds + learn) / (1 - learn)
        mastered = Counter(skill for (skill, _), odds in states.items() if odds / (1 + odds) >= 0.95)
        told = frames["skills"].query("platform == 'drivemaster'").dropna(subset=["mastered"]).set_index("skill_id")["mastered"]
        assert len(told) > 10 and told.astype(int).to_dict() == {skill: mastered[skill] for skill in told.index}

    def test_learning_curves(self, frames, attempts):
        first = attempts.drop_duplicates(["platform", "learner_id", "item_id"])
        place = first.groupby(["platform", "learner_id", "skill_id"]).cumcount() + 1
        counted = first.assign(place=place).groupby(["platform", "skill_id", "place"])["is_correct"].agg(["size", "sum"])
        told = frames["curves"].query("view == 'everybody' and not suppressed")
        wanted = counted.reindex(pd.MultiIndex.from_frame(told[["platform", "skill_id", "opportunity"]]))
        assert np.array_equal(told["learners"], wanted["size"]) and np.array_equal(told["errors"], wanted["size"] - wanted["sum"])

    def test_stored_mastery_equals_its_replay_and_predicts(self, frames):
        replay = frames["replay"].set_index("platform").loc["drivemaster"]
        assert replay["differing"] == 0 and replay["equal"] == replay["states"]
        told = frames["belief"].query("platform == 'drivemaster'").set_index("predictor")
        assert told.loc["stored", "auc"] > told.loc["running mean", "auc"] > told.loc["base rate", "auc"] == 0.5
        assert told.loc["stored", "ece"] < 0.05 and told.loc["stored", "gain_low"] > 0

    def test_units_of_each_kind(self, seeded, frames):
        query = (
            "select platform, unit_type, count(*) as assigned, count(distinct learner_id) as learners from marts.fact_completion"
            " where recorded_at < '2026-09-01' group by platform, unit_type order by platform, unit_type"
        )
        with db.engine(None, seeded).connect() as connection:
            wanted = pd.DataFrame(connection.execute(text(query)).mappings())
        told = frames["unit_kinds"].query("category == '*' and not suppressed")[["platform", "unit_type", "assigned", "learners"]]
        assert told.astype({"assigned": int, "learners": int}).to_numpy().tolist() == wanted.to_numpy().tolist()


class TestWithheld:
    def test_no_shown_row_is_about_few(self, frames):
        for name, frame in frames.items():
            if "suppressed" in frame and "learners" in frame:
                assert not frame["learners"].between(1, 9).any(), name
        for name in ("mastered", "gained", "stuck"):
            assert not frames["skills"][name].between(1, 9).any(), name

    def test_no_learner_is_anywhere(self, frames, attempts, identities):
        everything = identities(shown(frames) + canonical(frames))
        assert everything and everything.isdisjoint(attempts["learner_id"])

    def test_a_withheld_row_leaves_no_number_in_page_or_figure(self, frames):
        hidden = frames["skills"][frames["skills"]["suppressed"]]
        assert len(hidden) and hidden.drop(columns=["platform", "skill_id", "skill", "category", "depth", "suppressed"]).isna().all(
            axis=None
        )
        page = shown(frames, (views.mastery,))
        some = next(name for name in hidden["skill"] if html.escape(name) in page)
        row = re.search(rf"<tr><td[^>]*>{re.escape(html.escape(some))}</td>.*?</tr>", page).group()
        assert "withheld" in row

    def test_a_tenant_of_few_learners_shows_nothing(self, seeded):
        with db.engine(None, seeded).connect() as connection:
            told = connection.execute(text("select learner_id::text from marts.learner_skill where platform = 'video' limit 1")).scalar()
            unit = connection.execute(
                text("select unit_id::text from marts.fact_completion where platform = 'mued' and unit_type = 'lesson' limit 1")
            ).scalar()
        alone = build(seeded, unit=unit, platform="mued")
        assert alone["verdict"]["state"].iloc[0] == "no_data" and told not in shown(alone)


@pytest.fixture(scope="module")
def learner(attempts) -> str:
    mine = attempts[attempts["platform"] == "drivemaster"].groupby("learner_id").size()
    return str(mine.idxmax())


@pytest.fixture(scope="module")
def page(seeded, learner) -> Frames:
    return build(seeded, learner=learner, platform="drivemaster")


class TestOneLearner:
    def test_nobody_else_and_no_identity(self, page, attempts, identities):
        everything = shown(page) + canonical(page)
        assert identities(everything) and identities(everything).isdisjoint(attempts["learner_id"])
        assert page["who"]["name"].iloc[0].startswith("L-") and page["who"]["name"].iloc[0] in everything
        assert not {"standing", "skills", "items"} & page.keys()

    def test_the_role_that_may_sees_the_identity(self, seeded, learner):
        with db.engine(db.IDENTIFIED, seeded).connect() as connection:
            page = progress.build(connection, {**AUGUST, "learner": learner, "platform": "drivemaster"})
        assert page["who"]["name"].iloc[0] == learner

    def test_weaknesses_come_with_evidence(self, page, attempts, learner):
        weak = page["weaknesses"]
        mine = attempts[(attempts["learner_id"] == learner) & (attempts["platform"] == "drivemaster")].groupby("skill_id")["is_correct"]
        assert len(weak) and not weak["is_mastered"].any() and weak["probability"].is_monotonic_increasing
        assert weak["answers"].tolist() == mine.size()[weak["skill_id"]].tolist()
        assert weak["correct"].tolist() == mine.sum()[weak["skill_id"]].tolist()

    def test_the_plan_starts_with_what_is_due_and_keeps_its_time(self, page):
        plan = page["plan"]
        assert plan["day"].min() == pd.Timestamp("2026-09-01") and plan["day"].nunique() <= 7
        assert (plan.groupby("day")["minutes"].sum() <= 20 + 1e-9).all()
        for _, day in plan.groupby("day"):
            kinds = list(day["kind"])
            assert kinds == sorted(kinds, key=lambda kind: kind != "review")

    def test_an_unknown_learner_is_refused(self, seeded):
        with pytest.raises(UsageError, match="no such learner"):
            build(seeded, learner="00000000-0000-0000-0000-00000000dead")
        with pytest.raises(UsageError, match="identity"):
            build(seeded, learner="nobody")


def test_a_period_without_answers_says_so(seeded):
    before = build(seeded, start="2025-01-01", end="2025-02-01", as_of="2025-02-01T00:00:00Z")
    assert before["verdict"]["state"].iloc[0] == "no_data"
    assert "nobody" in shown(before).lower()


def test_the_state_at_the_end_of_a_period_does_not_know_what_came_later(seeded, attempts):
    july = build(seeded, start="2026-07-01", end="2026-08-01", platform="drivemaster")
    told = july["skills"][~july["skills"]["suppressed"]].set_index("skill_id")["learners"]
    known = attempts[(attempts["platform"] == "drivemaster") & (attempts["occurred_at"] < datetime(2026, 8, 1, tzinfo=UTC))]
    assert told.astype(int).to_dict() == known.groupby("skill_id")["learner_id"].nunique()[told.index].to_dict()
    assert "facts" in set(july["provenance"]["value"])


def test_the_same_inputs_give_the_same_bytes(frames, published):
    written = json.loads((published("progress") / "data.json").read_text(encoding="utf-8"))
    assert canonical({"frames": frames, **progress.meta(frames)}) == canonical(
        {key: written[key] for key in ("frames", "verdict", "rows_read")}
    )


def test_the_reliability_points_add_up_to_the_error(frames):
    points = frames["reliability"].query("platform == 'drivemaster' and predictor == 'stored'")
    error = (points["answers"] * (points["predicted"] - points["observed"]).abs()).sum() / points["answers"].sum()
    assert error == pytest.approx(frames["belief"].query("platform == 'drivemaster' and predictor == 'stored'")["ece"].iloc[0], abs=0.01)
    assert len(points) == calibration.BINS


@pytest.mark.parametrize("ids", [["aa-11", "aa-22"], ["aa-1111", "bb-1111"], ["aa-1111", "aa-1111x"]])
def test_skills_of_one_name_have_labels_of_their_own(ids):
    bands = pd.DataFrame({"platform": "video", "skill_id": np.repeat([*ids, "cc-1"], 2), "skill": ["same"] * 4 + ["other"] * 2})
    told = views.labelled(bands)
    assert told.groupby("label")["skill_id"].nunique().eq(1).all() and told["label"].nunique() == 3
    assert told["label"].iloc[-1] == "other"
