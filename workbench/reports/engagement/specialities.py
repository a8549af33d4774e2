"""What only one platform has: audience of videos and their milestones, lessons, interviews, streaks of notes, ratings (E6, X5)."""

import numpy as np
import pandas as pd

from workbench.metrics import audience, stats, streaks
from workbench.metrics.disclosure import K, is_few, suppress
from workbench.reports.engagement import cells

POINTS = 120
"""Points of an audience curve: enough for its shape."""
RUNS = ((1, 1), (2, 2), (3, 4), (5, 6), (7, np.inf))
"""Lengths of streaks put together, in days."""
OUTCOMES = {"attended": "held", "no_show": "missed", "cancelled": "cancelled", "booked": "still to come"}


def videos_frame(watched: dict[str, pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    """One row per video and stretch of it: `video_id`, `video` (title), `from_second`, `to_second`; `first_watch` (learners, the mean over
    its seconds), `rewatch` (times a second was watched again), `audience` (share of the starters), `starters`. Stretches of few learners
    are withheld, and the curve of a video that few started.

    Args:
        watched: stretches by video, of `queries.engagement.watch`. known: of `queries.video.milestone_losses`: titles and lengths.
    """
    titles = known.drop_duplicates("video_id").set_index("video_id")
    rows = []
    for video, watch in watched.items():
        if video not in titles.index or not len(watch):
            continue
        title, seconds = titles.loc[video, "video"], float(titles.loc[video, "duration_seconds"])
        curve = audience.audience(watch, seconds)
        starters = watch["learner_id"].nunique()
        step = max(1, -(-len(curve) // POINTS))
        for start, part in curve.groupby(curve["second"] // step * step):
            again = part["rewatch"].mean()
            told = int(part["rewatchers"].max()) if "rewatchers" in part else 0
            rows.append((video, title, int(start), int(start) + len(part), part["first_watch"].mean(), again, part["learners"].min(),
                         starters, told))  # fmt: skip
    columns = ["video_id", "video", "from_second", "to_second", "first_watch", "rewatch", "learners", "starters", "rewatchers"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["audience"] = frame["first_watch"] / frame["starters"]
    frame["learners"] = np.where(frame["starters"] < K, 1, np.where(frame["learners"] < 1, 1, frame["learners"]))
    shown = suppress(frame, ["video_id", "video", "from_second", "to_second"], totals=False).table
    few = (frame["rewatchers"] > 0) & (frame["rewatchers"] < K)
    return cells.withhold(shown, ["rewatch"], few | shown["suppressed"]).drop(columns=["learners", "rewatchers"])


def milestones_frame(losses: pd.DataFrame) -> pd.DataFrame:
    """One row per milestone: `tenant`, `video_id`, `video`, `milestone`, `timestamp_seconds`, `reached`, `stopped` (did not watch on),
    `stopped_share` with `low`, `high`; `first_attempts`, `failed_share` (first answers that were wrong) with `failed_low`, `failed_high`.
    Withheld where few reached it; what is told of those who stopped, and of answers, where those, or the others, are few."""
    keys = ["tenant", "video_id", "video", "milestone", "timestamp_seconds"]
    frame = losses[[*keys, "reached", "first_attempts"]].copy()
    frame["stopped"] = losses["reached"] - losses["went_on"]
    stopped = stats.wilson(frame["stopped"], frame["reached"])
    wrong = losses["first_attempts"] - losses["first_correct"]
    failed = stats.wilson(wrong, losses["first_attempts"])
    frame["stopped_share"], frame["low"], frame["high"] = frame["stopped"] / frame["reached"], *stopped
    frame["failed_share"] = wrong / losses["first_attempts"].where(losses["first_attempts"] > 0)
    frame["failed_low"], frame["failed_high"] = failed
    shown = suppress(frame.assign(about=losses["reached"]), keys, "about", totals=False).table.drop(columns="about")
    hidden = shown["suppressed"].to_numpy(dtype=bool)
    few = cells.part_is_few(frame["stopped"], frame["reached"]) | hidden
    shown = cells.withhold(shown, ["stopped", "stopped_share", "low", "high"], few)
    return cells.withhold(shown, ["first_attempts", "failed_share", "failed_low", "failed_high"], (losses["answerers"] < K) | hidden)


def lessons_frame(weeks: pd.DataFrame) -> pd.DataFrame:
    """One row per week and outcome: `week` (Monday), `outcome` (held, missed, cancelled, still to come), `bookings`. Where a cell is about
    few students, only the sums of the period are told (rows without a `week`), few of them withheld likewise."""
    frame = weeks.assign(outcome=weeks["outcome"].map(OUTCOMES))
    weekly = frame[frame["week"].notna()]
    chosen = frame[frame["week"].isna()] if is_few(weekly["learners"]).any() else weekly
    return suppress(chosen.reset_index(drop=True), ["week", "outcome"], within=["week"]).table.drop(columns="learners")


def interview_frame(weeks: pd.DataFrame) -> pd.DataFrame:
    """One row per week: `week` (Monday), `learners` asked, `questions`, `answered`, `answered_share` with `low`, `high`, `median_seconds`
    to the answer. Weeks of few learners are withheld."""
    frame = weeks[["week", "learners", "questions", "answered", "median_seconds"]].copy()
    frame["answered_share"] = frame["answered"] / frame["questions"].where(frame["questions"] > 0)
    frame["low"], frame["high"] = stats.wilson(frame["answered"], frame["questions"])
    return suppress(frame, "week").table


def streaks_frame(habits: pd.DataFrame, last: np.datetime64) -> pd.DataFrame:
    """How long learners wrote notes day after day, in the period: `days` (longest run), `from_days`, `learners`, `share` of the writers,
    `current` (still running on the last day). Rows of few are withheld, and what the total would give back."""
    written = habits[(habits["logged"] > 0) & (habits["platform"] == "mued")]
    runs = streaks.streaks(written, last) if len(written) else pd.DataFrame({"longest": [], "current": []})
    rows = []
    for low, high in RUNS if len(runs) else ():
        part = runs[(runs["longest"] >= low) & (runs["longest"] <= high)]
        label = f"{low} day" + "s" * (low > 1) if low == high else f"{low} days or more" if np.isinf(high) else f"{low} to {high:.0f} days"
        rows.append((label, low, len(part), len(part) / len(runs), int((part["current"] >= low).sum())))
    frame = pd.DataFrame(rows, columns=["days", "from_days", "learners", "share", "current"])
    shown = suppress(frame, ["days", "from_days"]).table
    return cells.withhold(shown, ["current"], cells.part_is_few(frame["current"], frame["learners"]) | shown["suppressed"])


def ratings_frame(given: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Feedback in the period: `of` (generated material, AI answers), `rating` (1 to 5; thumbs up, neither, down), `ratings`, `share`.
    Ratings by few learners (of AI answers: fewer than 10 ratings) are withheld, and what the total would give back.

    Args:
        given: of `queries.learning.ratings_given`. answers: of `queries.marts.ai_answer_daily`.
    """
    material = given.assign(of="generated material", rating=[f"{value} of 5" for value in given["rating"]])
    thumbs = {"thumbs up": "feedback_up", "neither": "feedback_zero", "thumbs down": "feedback_down"}
    counted = [("AI answers", label, int(answers[name].sum()), int(answers[name].sum())) for label, name in thumbs.items()]
    about = pd.DataFrame(counted, columns=["of", "rating", "ratings", "learners"])
    frame = pd.concat([material[about.columns], *([about] if about["ratings"].sum() else [])])
    frame = frame.reset_index(drop=True)
    frame["share"] = frame["ratings"] / frame.groupby("of")["ratings"].transform("sum")
    return suppress(frame, ["of", "rating"], within=["of"]).table.drop(columns="learners")
