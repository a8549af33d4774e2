"""The report's pages from items to provenance: frames in, fragments and figures out."""

import tomllib
from functools import cache
from pathlib import Path

from workbench import present
from workbench.charts import progress as charts
from workbench.metrics.disclosure import K
from workbench.metrics.items import ALPHA
from workbench.present import Column, Fragment, Panel, count, percent, with_interval
from workbench.reports import naming
from workbench.reports.progress.views import Frames, Parts, heading, shares

ITEMS_SHOWN, ROWS_SHOWN = 25, 25


def items(frames: Frames) -> Parts:
    """Items, the suspicious ones first, their options, and versions compared."""
    if "items" not in frames:
        return []
    head, frame = heading("Items"), frames["items"]
    if not len(frame):
        return [head, present.empty("No item has been answered.")]
    found = frame[frame["suspicion"].fillna(0) > 0]
    shown = frame[~frame["suppressed"].astype(bool)]
    words = f"{len(found)} of {len(shown)} items with ten learners and more {'is' if len(found) == 1 else 'are'} suspicious."
    words += f" Of a platform whose items are all sound anything would be said with a chance of at most {percent(ALPHA, 0)}."
    drifted = shown[shown["drifted"].fillna("") != ""]
    return [
        head,
        present.lead(words),
        present.table(found, _columns(), "Suspicious items", "No item is suspicious."),
        *_options(frames),
        _versions(frames),
        present.details(
            f"Stored parameters that the answers contradict: {len(drifted)}",
            present.table(drifted, _columns(), nothing="No stored parameter is contradicted."),
        ),
        present.details(
            f"The first {ITEMS_SHOWN} items by correlation with the rest",
            present.table(shown.iloc[len(found) :].head(ITEMS_SHOWN), _columns()),
        ),
    ]


def _columns() -> list[Column]:
    number = lambda value: present.decimal(value, 2)  # noqa: E731 - a format, used six times
    return [
        Column("item", "Item", align="wrap"),
        Column("skill", "Skill", align="wrap"),
        Column("why", "Why", align="wrap"),
        Column("learners", "Learners", count),
        Column(("correct_share", "low", "high"), "Right at first [95 %]", shares),
        Column("expected_share", "Expected", lambda value: percent(value, 0)),
        Column(("rest_correlation", "rest_low", "rest_high"), "Correlation with the rest [95 %]", with_interval(number)),
        Column("infit", "Infit", number),
        Column("outfit", "Outfit", number),
        Column(("difficulty", "fitted_difficulty"), "b stored → fitted", _arrow),
        Column(("discrimination", "fitted_discrimination"), "a stored → fitted", _arrow),
        Column("drifted", "Drifted", align="left"),
        Column("median_ms", "Median time", present.milliseconds),
    ]


def _arrow(stored: float, fitted: float) -> str:
    return (
        present.NOTHING if present.missing(stored) and present.missing(fitted) else f"{present.decimal(stored)} → {present.decimal(fitted)}"
    )


def _options(frames: Frames) -> Parts:
    frame = frames["options"]
    columns = [
        Column("item", "Item", align="wrap"),
        Column("choice", "Option", align="left"),
        Column("is_correct", "Counts as right", lambda right: "yes" if right else "no", "left"),
        Column("learners", "Learners", count),
        Column("share", "Share", lambda value: percent(value, 0)),
        Column("able", "Their other answers right", lambda value: percent(value, 0)),
    ]
    return (
        [present.details("Which options of suspicious items are chosen, and by whom", present.table(frame, columns))] if len(frame) else []
    )


def _versions(frames: Frames) -> Fragment:
    columns = [
        Column("item", "Item", align="wrap"),
        Column(("version", "variant"), "Version", lambda v, x: f"{v:.0f}{f', variant {x}' if x else ''}", "left"),
        Column(("parent_rate", "parent_rate_low", "parent_rate_high"), "Original right [95 %]", shares),
        Column(("correct_rate", "correct_rate_low", "correct_rate_high"), "Version right [95 %]", shares),
        Column("answers", "Answers", count),
        Column(("difference", "difference_low", "difference_high"), "Difference [95 %, all together]", with_interval(present.points)),
        Column("verdict", "That is", align="left"),
    ]
    nothing = "No version of an item was answered beside its original in the period."
    return present.table(
        frames["versions"], columns, "Versions and A/B variants against their originals, over the time both were asked", nothing
    )


def reviews(frames: Frames) -> Parts:
    """What is due, what is overdue, and how much is recalled after how long."""
    if "due" not in frames:
        return []
    head, due = heading("Spaced repetition"), frames["due"]
    parts: Parts = [head]
    if len(due):
        late, days = due[due["day"].isna()].iloc[0], due[due["day"].notna()]
        over = "withheld" if late["suppressed"] else f"{count(late['reviews'])} of {count(late['learners'])} learners"
        caption = (
            "By the schedule as it stands now (definition P5); days of fewer than 10 learners are left out. Overdue ones are not in it."
        )
        columns = [
            Column("overdue", "Overdue reviews of a learner", align="left"),
            Column("learners", "Learners", count),
            Column("reviews", "Reviews", count),
        ]
        parts += [Panel(f"Overdue reviews: {over}", charts.due_by_day(days), caption), present.table(frames["overdue"], columns)]
    else:
        parts.append(present.empty("No platform asked for plans reviews."))
    return [*parts, *_recall(frames)]


def _recall(frames: Frames) -> Parts:
    frame = frames["recall"]
    if not len(frame):
        return [present.empty("No skill was practised on two days, so nothing can be said of recall.")]
    names = [
        f"{row.from_days:.0f}–{row.to_days - 1:.0f}" if row.to_days == row.to_days else f"{row.from_days:.0f}+"
        for row in frame.itertuples()
    ]
    frame = frame.assign(band=names)
    shown = frame.dropna(subset=["recall"])
    title = (
        f"After {shown['band'].iloc[-1]} days {percent(shown['recall'].iloc[-1], 0)} is recalled" if len(shown) else "Recall is withheld"
    )
    caption = (
        "First answers of a day to skills practised on an earlier day. Where recall falls below the prediction, learners forget and the "
        "model does not."
    )
    columns = [
        Column("band", "Days since", align="left"),
        Column("reviews", "Answers", count),
        Column("learners", "Learners", count),
        Column(("recall", "low", "high"), "Right [95 %]", shares),
        Column("predicted", "Predicted", lambda value: percent(value, 0)),
    ]
    return [Panel(title, charts.recall(frame), caption), present.details("In numbers", present.table(frame, columns))]


def completion(frames: Frames) -> Parts:
    """Units, grades, milestones, groups of videos and interviews."""
    if "units" not in frames:
        return []
    head, kinds = heading("Completion and grades"), frames["unit_kinds"]
    if not len(kinds):
        return [head, present.empty("No unit is assigned to anybody.")]
    columns = [Column("platform", "Platform", naming.name, "left"), Column("unit_type", "Kind", align="left")]
    columns += [Column("category", "Area", lambda name: "all" if name == "*" else name, "left"), Column("learners", "Learners", count)]
    columns += [Column("assigned", "Assigned", count), *_measures()]
    return [
        head,
        present.table(kinds, columns, "Units by kind and area (definition P7)"),
        _units(frames),
        *_grades(frames),
        *_points(frames),
        *_video(frames),
        *_themes(frames),
    ]


def _measures() -> list[Column]:
    return [
        Column(("completed_share", "low", "high"), "Completed [95 %]", shares),
        Column("mean_completed", "Mean done", lambda value: percent(value, 0)),
        Column("mean_score", "Mean score", lambda value: percent(value, 0)),
    ]


def _units(frames: Frames) -> Fragment:
    frame = frames["units"][~frames["units"]["suppressed"].astype(bool)].sort_values(["completed_share", "unit_id"])
    columns = [
        Column("unit", "Unit", align="wrap"),
        Column("platform", "Platform", naming.name, "left"),
        Column("unit_type", "Kind", align="left"),
    ]
    columns += [Column("learners", "Learners", count), *_measures()]
    more = f"; the first {ROWS_SHOWN} of {len(frame)}" if len(frame) > ROWS_SHOWN else ""
    return present.details(f"Units with ten learners and more, least completed first{more}", present.table(frame.head(ROWS_SHOWN), columns))


def _grades(frames: Frames) -> Parts:
    frame = frames["grades"].assign(label=frames["grades"]["platform"].map(naming.name) + ", " + frames["grades"]["unit_type"])
    shown = frame.dropna(subset=["share"])
    if not len(shown):
        return [present.empty("No unit carries a letter, or all of them are withheld.")]
    most = shown.loc[shown["share"].idxmax()]
    caption = "Share of the graded units by letter of the platform's own bands. Letters of fewer than 10 learners are left out."
    return [
        Panel(
            f"The most frequent letter is {most['grade']} ({percent(most['share'], 0)} of {most['label']})", charts.grades(frame), caption
        )
    ]


def _points(frames: Frames) -> Parts:
    columns = [
        Column("platform", "Platform", naming.name, "left"),
        Column("answers", "Answers", count),
        Column("share", "Right", percent),
        Column("points", "Points", percent),
        Column("partial", "Of these by partial credit", percent),
    ]
    return [present.table(frames["points"], columns, "Points of the period", "There are no answers in the period.")]


def _video(frames: Frames) -> Parts:
    stops, groups = frames["milestones"], frames["video_groups"]
    one = [
        Column("milestone", "Milestone", align="wrap"),
        Column("video", "Video", align="wrap"),
        Column("tenant", "Tenant", align="left"),
        Column("retry_limit", "Attempts allowed", align="left"),
        Column("learners", "Learners", count),
        Column(("passed_share", "low", "high"), "Passed [95 %]", shares),
        Column("exhausted_share", "Attempts used up, not passed", lambda v: percent(v, 0)),
        Column("attempts_each", "Attempts a learner", lambda v: present.decimal(v, 1)),
        Column("partial_share", "With points in part", lambda v: percent(v, 1)),
    ]
    two = [
        Column("video_group", "Group of videos", align="wrap"),
        Column("tenant", "Tenant", align="left"),
        Column("videos", "Videos", count),
    ]
    two += [Column("learners", "Learners", count), Column(("completed_share", "low", "high"), "Watched all [95 %]", shares)]
    two += [Column("begun_share", "Watched one at least", lambda v: percent(v, 0))]
    parts = []
    if len(stops):
        shown = stops[~stops["suppressed"].astype(bool)].head(ROWS_SHOWN)
        parts.append(present.details("Milestones against their retry limit, most used up first", present.table(shown, one)))
    if len(groups):
        parts.append(present.details("Groups of videos", present.table(groups[~groups["suppressed"].astype(bool)], two)))
    return parts


def _themes(frames: Frames) -> Parts:
    columns = [
        Column("theme", "Theme", align="left"),
        Column("learners", "Learners", count),
        Column("questions", "Questions", count),
        Column("skipped", "Passed over", count),
        Column(("answered_share", "low", "high"), "Answered [95 %]", shares),
    ]
    return [present.table(frames["themes"], columns, "Interview questions by theme, least answered first")] if len(frames["themes"]) else []


def helping(frames: Frames) -> Parts:
    """Whether right answers follow good help more often than bad help."""
    if "help" not in frames:
        return []
    head, frame = heading("Does help help"), frames["help"]
    if not len(frame):
        return [
            head,
            present.empty("No platform asked for has both an AI assistant and answers that can be right or wrong, so this cannot be told."),
        ]
    points = with_interval(present.points)
    columns = [
        Column("platform", "Platform", naming.name, "left"),
        Column("learners", "Learners with both", count),
        Column("attempts", "Their answers", count),
        Column("after_good", "Right after good help", percent),
        Column("after_bad", "Right after bad help", percent),
        Column(("raw", "raw_low", "raw_high"), "Difference [95 %]", points),
        Column(("standardised", "low", "high"), "Standardised [95 %]", points),
        Column(("within", "within_low", "within_high"), "Within learners [95 %]", points),
        Column("state", "That is", lambda state: str(state).replace("_", " "), "left"),
    ]
    note = "An association, no proof of a cause: who asks what, and when, is not drawn by lot."
    return [head, present.table(frame, columns, "The next answer within a day of help, by how good the help was"), present.lead(note)]


def provenance(frames: Frames) -> Parts:
    """What the report rests on, what was withheld, and what the terms mean."""
    head = heading("Provenance and definitions")
    facts = [Column("item", "Item", align="left"), Column("value", "Value", align="left")]
    parts: Parts = [head, present.table(frames["provenance"], facts, "What was asked for")]
    if "suppression" in frames:
        columns = [Column("frame", "Table", align="left"), Column("withheld", "Withheld rows", count), Column("rows", "of", count)]
        parts.append(
            present.table(
                frames["suppression"],
                columns,
                f"Withheld: cells of fewer than {K} learners, and what would give them back",
                "Nothing was withheld.",
            )
        )
    else:
        parts.append(
            present.lead("This page is about one learner, so nothing is withheld from it; nobody else is in it (definitions X5, X6).")
        )
    return [*parts, present.details("What the terms mean", present.definitions(definitions()))]


@cache
def definitions() -> list[tuple[str, str]]:
    """Terms and what they mean, from `definitions.toml` beside this module."""
    text = (Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8")
    return [(entry["term"], " ".join(entry["meaning"].split())) for entry in tomllib.loads(text)["definition"]]
