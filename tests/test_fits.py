"""Fits of the answers: against the metrics on plain frames, kept and not repeated, never beyond their cut-off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, fits, rollup
from workbench.errors import UsageError
from workbench.metrics import bkt_fit, item_fit

CUT_OFF = datetime(2026, 8, 20, tzinfo=UTC)
ANSWERS = """
select learner_id::text, skill_id::text, item_id::text, is_correct from marts.fact_attempt
where platform = %s and occurred_at < %s and recorded_at < %s order by learner_id, occurred_at, attempt_id
"""


def answers(connection: Connection, platform: str) -> pd.DataFrame:
    rows = connection.exec_driver_sql(ANSWERS, (platform, CUT_OFF, CUT_OFF)).all()
    return pd.DataFrame(rows, columns=["learner", "skill", "item", "right"])


@pytest.fixture
def reading(simulated_database: Any) -> Any:
    with simulated_database.connect(db.READER) as connection:
        yield connection


def test_fitted_skills_are_those_of_a_plain_frame(reading: Connection) -> None:
    found = fits.fit_skills(reading, "drivemaster", CUT_OFF)
    plain = answers(reading, "drivemaster")
    skill, names = pd.factorize(plain["skill"], sort=True)
    wanted = bkt_fit.fit(pd.factorize(plain["learner"])[0] * len(names) + skill, skill, plain["right"])
    assert list(found["skill_id"]) == list(names)
    assert list(found["answers"]) == list(wanted.answers)
    assert list(found["learners"]) == list(plain.groupby("skill")["learner"].nunique())
    for name in ("prior", "learn", "guess", "slip"):
        np.testing.assert_allclose(found[name], getattr(wanted.parameters, name), rtol=1e-9)
    np.testing.assert_allclose(found["log_likelihood"], wanted.log_likelihood, rtol=1e-9)
    assert set(found["state"]) <= {"fitted", "few answers", "degenerate"}
    assert (found["state"].eq("few answers") == (found["answers"] < bkt_fit.FEWEST_ANSWERS)).all()


def test_fitted_items_are_those_of_a_plain_frame(reading: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits, "FEWEST_LEARNERS", 12)
    found = fits.fit_items(reading, "drivemaster", CUT_OFF).set_index("item_id")
    plain = answers(reading, "drivemaster").drop_duplicates(["learner", "item"])
    counts = plain.groupby("item")["right"].agg(["size", "sum"])
    assert list(found.index) == sorted(counts.index)
    assert (found["learners"] == counts["size"]).all() and (found["correct"] == counts["sum"]).all()
    fitted = counts[(counts["size"] >= 12) & (counts["sum"] > 0) & (counts["sum"] < counts["size"])].index
    assert len(fitted) > 5
    assert set(found.index[found["discrimination"].notna()]) == set(fitted)
    table = (
        plain[plain["item"].isin(fitted)].assign(right=plain["right"].astype(float)).pivot(index="learner", columns="item", values="right")
    )
    for name, wanted in item_fit.statistics(table, found.loc[table.columns, "guessing"]).items():
        np.testing.assert_allclose(found.loc[table.columns, name], wanted, rtol=1e-6, err_msg=name)
    assert found.loc[fitted, "rest_correlation"].notna().any() and found.loc[fitted, "infit"].notna().all()


def test_a_fit_is_kept_and_not_repeated(reading: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fits.fit_skills(reading, "video", CUT_OFF)
    assert len(first)
    monkeypatch.setattr(bkt_fit, "fit", None)
    pd.testing.assert_frame_equal(fits.fit_skills(reading, "video", CUT_OFF), first)
    with pytest.raises(TypeError):
        fits.fit_skills(reading, "video", CUT_OFF + timedelta(days=1))


def test_answers_after_the_cut_off_take_no_part(simulated_database: Any) -> None:
    with simulated_database.connect() as connection:
        before = fits.fit_skills(connection, "video", CUT_OFF)
        connection.exec_driver_sql("delete from marts.bkt_fit")
        connection.exec_driver_sql("delete from video.question_attempts where answered_at >= %s", (CUT_OFF,))
        connection.commit()
        pd.testing.assert_frame_equal(fits.fit_skills(connection, "video", CUT_OFF), before)


def test_another_definition_is_fitted_anew(simulated_database: Any) -> None:
    with simulated_database.connect() as connection:
        before = fits.fit_skills(connection, "video", CUT_OFF)
        connection.exec_driver_sql("update marts.bkt_fit set definition = 'older', prior = 0")
        connection.commit()
        pd.testing.assert_frame_equal(fits.fit_skills(connection, "video", CUT_OFF), before)


def test_a_platform_without_answers_has_no_fits(reading: Connection) -> None:
    assert fits.fit_skills(reading, "mued", CUT_OFF).empty
    assert list(fits.fit_items(reading, "mued", CUT_OFF).columns)[:3] == ["platform", "item_id", "cut_off"]


@pytest.mark.parametrize(
    ("cut_off", "sentence"),
    [(datetime(2026, 1, 1), "no time zone"), (datetime(2999, 1, 1, tzinfo=UTC), "in the future")],
)
def test_a_cut_off_that_means_nothing_is_refused(reading: Connection, cut_off: datetime, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        fits.fit_items(reading, "video", cut_off)


def test_replaced_answers_are_fitted_anew(simulated_database: Any) -> None:
    with simulated_database.connect() as connection:
        before = fits.fit_skills(connection, "video", CUT_OFF)
        connection.exec_driver_sql(
            "delete from video.question_attempts where id in"
            " (select id from video.question_attempts where answered_at < %s order by id limit 200)",
            (CUT_OFF,),
        )
        connection.commit()
        rollup.refresh(connection)
        connection.commit()
        after = fits.fit_skills(connection, "video", CUT_OFF)
        assert after["answers"].sum() == before["answers"].sum() - 200
        pd.testing.assert_frame_equal(fits.fit_skills(connection, "video", CUT_OFF), after)


def test_many_learners_are_fitted_by_a_part_of_them_and_their_number_is_told(reading: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits, "FEWEST_LEARNERS", 12)
    everybody = answers(reading, "drivemaster").drop_duplicates(["learner", "item"])
    sizes = everybody.groupby("item").size()
    often = int((sizes >= 12).sum())
    monkeypatch.setattr(fits, "MOST_CELLS", 20 * often)
    found = fits.fit_items(reading, "drivemaster", CUT_OFF).set_index("item_id")
    drawn = everybody[everybody["learner"].isin(sorted(everybody["learner"].unique())[:20])]
    counts = drawn.groupby("item")["right"].agg(["size", "sum"]).reindex(found.index, fill_value=0)
    assert (found["learners"] == counts["size"]).all() and (found["correct"] == counts["sum"]).all()
    assert found["discrimination"].notna().sum() == ((sizes >= 12) & counts["sum"].between(1, counts["size"] - 1)).sum() > 5
