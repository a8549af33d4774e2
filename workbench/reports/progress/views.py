"""The report's pages in the order a reader needs them, from the verdict to whether the model can be believed: frames in, fragments and
figures out. Each topic brings its heading, so that a page about one learner has only its own."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench import present
from workbench.charts import progress as charts
from workbench.present import Column, Fragment, Panel, count, percent, with_interval
from workbench.reports import naming

Frames = Mapping[str, pd.DataFrame]
Parts = list[Any]
SKILLS_DRAWN, CURVES_DRAWN, LINES_DRAWN = 40, 12, 7
shares = with_interval(lambda value: percent(value, 0))


def heading(text: str) -> Any:
    """A heading of the page, in its contents."""
    from IPython.display import Markdown

    return Markdown(f"## {text}")


def zone(frames: Frames) -> str:
    """The report's time zone."""
    return str(frames["provenance"].set_index("item")["value"]["time zone"])


def opening(frames: Frames) -> Parts:
    """The verdict, how learners stand, what stands out, and what holds most of them back."""
    state, sentence = frames["verdict"].iloc[0][["state", "sentence"]]
    cut_off = f"As of {present.moment(frames['provenance'].attrs['cut_off'], zone(frames))} ({zone(frames)})."
    first = [heading("Verdict"), present.style(), present.verdict(state, sentence, cut_off)]
    if "who" in frames:
        return first
    return [*first, *_standing(frames), *_findings(frames), *_hardest(frames)]


def _standing(frames: Frames) -> Parts:
    frame = frames["standing"]
    if not len(frame):
        return [present.empty("No platform asked for has answers of learners to judge.")]
    states = list(dict.fromkeys(frame["state"]))
    labels = dict(zip(frame["state"], frame["label"], strict=True))
    rows = []
    for platform, part in frame.groupby("platform", sort=False):
        cells = {row["state"]: _head(row) for row in part.to_dict("records")}
        rows.append({"platform": platform, **cells})
    columns = [Column("platform", "Platform", naming.name, "left"), *(Column(state, labels[state], lambda cell: cell) for state in states)]
    tenants = frames["tenants"]
    told = [
        Column("platform", "Platform", naming.name, "left"),
        Column("tenant", "Tenant", align="left"),
        Column("learners", "Learners", count),
    ]
    told += [Column(name, labels[name], lambda share: percent(share, 0)) for name in ("struggling", "stalled", "never_started")]
    more = [present.details("By tenant", present.table(tenants, told))] if len(tenants) else []
    return [present.table(rows, columns, "How learners stand at the end of the period"), *more]


def _head(row: Mapping[str, Any]) -> Fragment:
    if row["suppressed"]:
        return Fragment(f"<mark>{present.SUPPRESSED}</mark>")
    return Fragment(f"{count(row['learners'])} <small>{percent(row['share'], 0)}</small>")


def _findings(frames: Frames) -> Parts:
    found = frames["findings"]
    head = Fragment('<div class="wb"><p class="wb-title">What stands out</p></div>')
    if not len(found):
        return (
            [head, present.empty("Nothing: no suspicious item, no drift, no skill whose errors do not fall.")]
            if len(frames["skills"])
            else []
        )
    return [head, present.findings(zip(found["sentence"], found["evidence"], strict=True))]


def _hardest(frames: Frames) -> Parts:
    skills, items = frames["hardest_skills"], frames["hardest_items"]
    one = [Column("skill", "Skill", align="wrap"), Column("platform", "Platform", naming.name, "left")]
    one += [
        Column("stuck", "Stuck learners", count),
        Column("traced", "of", count),
        Column("mastered_share", "Mastered", lambda v: percent(v, 0)),
    ]
    two = [Column("item", "Item", align="wrap"), Column("skill", "Skill", align="wrap"), Column("stuck", "Never right", count)]
    two += [Column("learners", "of", count), Column("why", "Suspicious", align="wrap")]
    return [
        present.table(
            skills, one, "Skills that hold most learners back: five answers and more, not mastered", "No skill holds ten learners back."
        ),
        present.table(items, two, "Items that most learners never answered right", "No item defeats ten learners."),
    ]


def mastery(frames: Frames) -> Parts:
    """Mastery by skill in the order of prerequisites, and how long it takes."""
    if "skills" not in frames:
        return []
    head = heading("Mastery")
    if not len(frames["bands"]):
        return [head, present.empty("Nobody's knowledge is estimated: the platforms asked for have no answers to items of skills.")]
    return [head, _heatmap(frames), *_survival(frames), present.details("Every skill in a table", _skills_table(frames))]


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `label`: the skill's name, with its platform where several are shown, made unique."""
    several = frame["platform"].nunique() > 1
    label = frame["skill"] + (" (" + frame["platform"].map(naming.name) + ")" if several else "")
    twice = frame.groupby(label)["skill_id"].transform("nunique") > 1
    ends = frame["skill_id"].str[-4:]  # ids of one moment begin alike
    if ends[twice].nunique() < frame.loc[twice, "skill_id"].nunique():
        ends = frame["skill_id"]
    return frame.assign(label=label.where(~twice, label + " " + ends))


def _heatmap(frames: Frames) -> Panel:
    frame = labelled(frames["bands"])
    told = frame[~frame["suppressed"] & (frame["learners"] > 0)]["skill_id"]
    most = frames["skills"][frames["skills"]["skill_id"].isin(told)].nlargest(SKILLS_DRAWN, "traced")["skill_id"]
    shown = frame[frame["skill_id"].isin(most)].sort_values(["platform", "depth"], kind="stable")
    told = frames["skills"].dropna(subset=["mastered_share"])
    best = told.loc[told["mastered_share"].idxmax()] if len(told) else None
    worst = told.loc[told["mastered_share"].idxmin()] if len(told) else None
    title = "How surely the skills are known"
    if best is not None:
        ends = [f"“{one['skill']}” {{}}by {percent(one['mastered_share'], 0)}" for one in (best, worst)]
        title = f"{ends[0].format('is mastered ')}, {ends[1].format('')}"
    caption = (
        "Each row is a skill, those without prerequisites first; each column a band of the probability of knowing (definition P1); the "
        f"stronger the blue, the more of its learners. The {SKILLS_DRAWN} skills with most learners, of those with any band that can be "
        "shown. Grey: fewer than 10 learners, or withheld so that those cannot be worked out (definition X5)."
    )
    return Panel(title, charts.mastery_heatmap(shown), caption)


def _survival(frames: Frames) -> Parts:
    frame = frames["survival"]
    panels = []
    for unit, words in (("answers", "answers to the skill"), ("days", "days since the first answer")):
        part = frame[frame["unit"] == unit]
        skills = list(dict.fromkeys(part["skill"]))[:LINES_DRAWN]
        if not skills:
            continue
        middle = frames["medians"].dropna(subset=[unit])
        middle = middle[middle["skill"].isin(skills)]
        title = f"Time to mastery in {unit}"
        if len(middle):
            fast, slow = middle.loc[middle[unit].idxmin()], middle.loc[middle[unit].idxmax()]
            title = f"Half have mastered “{fast['skill']}” within {_units(fast[unit], unit)}, “{slow['skill']}” within {slow[unit]:.0f}"
        caption = (
            f"Share of learners who have mastered the skill by so many {words} (Kaplan & Meier; who is not there yet counts as long as "
            f"they are watched). The {LINES_DRAWN} skills with most learners; lines end where fewer than 10 are still under way."
        )
        panels.append(Panel(title, charts.time_to_mastery(part[part["skill"].isin(skills)], words), caption))
    return panels


def _units(number: float, unit: str) -> str:
    return f"{number:.0f} {unit if number != 1 else unit.removesuffix('s')}"


def _skills_table(frames: Frames) -> Fragment:
    both = frames["skills"].merge(
        frames["medians"].drop(columns=["skill", "learners", "suppressed"]), on=["platform", "skill_id"], how="left"
    )
    number = with_interval(lambda value: f"{value:.0f}")
    columns = [
        Column("skill", "Skill", align="wrap"),
        Column("platform", "Platform", naming.name, "left"),
        Column("depth", "Layer", align="left"),
        Column("learners", "Learners", count),
        Column("answers", "Answers in the period", count),
        Column(("mastered_share", "low", "high"), "Mastered [95 %]", shares),
        Column("gained", "Newly mastered", count),
        Column("stuck", "Stuck", count),
        Column(("answers_y", "answers_low", "answers_high"), "Answers to mastery, median", number),
        Column(("days", "days_low", "days_high"), "Days to mastery, median", number),
    ]
    return present.table(both.rename(columns={"answers_x": "answers"}), columns, "Layer: how many layers of prerequisites lie beneath")


def curves(frames: Frames) -> Parts:
    """Learning curves, and skills whose curve does not fall."""
    if "curves" not in frames:
        return []
    frame, slopes = frames["curves"], frames["slopes"]
    head = heading("Learning curves")
    if not len(frame):
        return [head, present.empty("No skill has ten learners, so there is no learning curve to show.")]
    first = frame[(frame["view"] == "everybody") & (frame["opportunity"] == 1)].dropna(subset=["learners"])
    most = first.nlargest(CURVES_DRAWN, "learners")["skill_id"]
    state = slopes["state"].value_counts()
    title = f"Errors fall with practice in {state.get('falls', 0)} of {len(slopes) - state.get('few', 0)} judged skills"
    caption = (
        "Share wrong at the first answers to the skill's items, in their order, with 95 % Wilson intervals; hover for the number of "
        "learners. Diamonds: only learners who had all of these opportunities, so that who leaves early changes nothing (definition P4)."
    )
    columns = [
        Column("skill", "Skill", align="wrap"),
        Column("platform", "Platform", naming.name, "left"),
        Column("learners", "Learners", count),
        Column("answers", "First answers", count),
        Column("state", "Errors", align="left"),
        Column(("slope", "low", "high"), "Change for each doubling of practice [95 %]", with_interval(present.points)),
    ]
    flat = slopes[slopes["state"].isin(["rises", "flat"])]
    note = "Where items come in a fixed order, a rise can also mean that the later items are the harder ones."
    return [
        head,
        Panel(title, charts.learning_curves(labelled(frame[frame["skill_id"].isin(most)]).assign(skill=lambda f: f["label"])), caption),
        present.table(
            flat.head(25),
            columns,
            "Skills whose errors do not fall, within learners",
            "Every judged skill's errors fall, or too little is known.",
        ),
        *([present.lead(note)] if len(flat) else []),
        present.details("All skills", present.table(slopes, columns)),
    ]


NAMES = {
    "stored": "the platform's parameters",
    "fitted": "fitted to other learners",
    "running mean": "running mean",
    "base rate": "base rate",
}


def belief(frames: Frames) -> Parts:
    """Whether the model's predictions come true: against baselines, by skill, and stored mastery against its replay."""
    if "belief" not in frames:
        return []
    head, frame = heading("Can the model be believed"), frames["belief"]
    if not len(frame):
        return [head, present.empty("There are no answers to predict.")]
    columns = [
        Column("platform", "Platform", naming.name, "left"),
        Column("predictor", "Prediction by", lambda name: NAMES[name], "left"),
        Column("answers", "Answers", count),
        Column("auc", "AUC", lambda v: present.decimal(v, 3)),
        Column("rmse", "RMSE", lambda v: present.decimal(v, 3)),
        Column("log_loss", "Log loss", lambda v: present.decimal(v, 3)),
        Column("brier", "Brier", lambda v: present.decimal(v, 3)),
        Column("ece", "ECE", lambda v: percent(v, 1)),
        Column(("gain", "gain_low", "gain_high"), "Gain over base rate [95 %]", with_interval(lambda v: present.signed(v, 4))),
    ]
    caption = "Predictions of every answer from those before it (definition P2); fitted ones only for learners they were not fitted to"
    return [head, present.table(frame, columns, caption), *_reliability(frames), *_replay(frames), *_judged(frames)]


def _reliability(frames: Frames) -> Parts:
    parts = []
    for platform, part in frames["reliability"].groupby("platform"):
        known = {name: NAMES[name] for name in ("stored", "fitted") if (part["predictor"] == name).any()}
        told = frames["belief"][(frames["belief"]["platform"] == platform) & (frames["belief"]["predictor"].isin(known))]
        errors = ", ".join(f"{percent(row.ece, 1)} ({NAMES[row.predictor]})" for row in told.dropna(subset=["ece"]).itertuples())
        title = f"{naming.name(platform)}: predictions are off by {errors} on average" if errors else f"{naming.name(platform)}: withheld"
        caption = "Ten groups of answers with equal counts, by what was predicted; points on the dotted line mean what they say."
        parts.append(Panel(title, charts.reliability(part, known), caption))
    return parts


def _replay(frames: Frames) -> Parts:
    frame = frames["replay"]
    columns = [
        Column("platform", "Platform", naming.name, "left"),
        Column("states", "States", count),
        Column("equal", "Equal", count),
        Column("differing", "Differing", count),
        Column("largest", "Largest difference", lambda v: present.decimal(v, 4)),
    ]
    nothing = "No platform asked for stores the mastery of its learners, so there is nothing to replay."
    return [present.table(frame, columns, "Stored mastery against the replay of the answers (definition P3)", nothing)]


def _judged(frames: Frames) -> Parts:
    frame = frames["belief_skills"]
    shown = frame[frame["verdict"].isin(["drifts", "off"])]
    lost = int((frame["verdict"] == "degenerate").sum())
    columns = [
        Column("skill", "Skill", align="wrap"),
        Column("platform", "Platform", naming.name, "left"),
        Column("verdict", "Verdict", align="left"),
        Column("predictor", "Prediction by", lambda name: NAMES.get(name, present.NOTHING), "left"),
        Column("answers", "Answers", count),
        Column("auc", "AUC", lambda v: present.decimal(v, 3)),
        Column("ece", "ECE", lambda v: percent(v, 1)),
        Column(("bias", "low", "high"), "Observed − predicted [95 %]", with_interval(present.points)),
        Column(("bias_before", "bias_after", "drift_since"), "Drift", _drift, "left"),
        Column("fit", "Fit", align="left"),
        Column(("prior", "learn", "guess", "slip"), "Stored prior, learn, guess, slip", _four, "left"),
        Column(("fitted_prior", "fitted_learn", "fitted_guess", "fitted_slip"), "Fitted", _four, "left"),
    ]
    note = (
        f"For {lost} skills the fit is degenerate: their answers do not tell knowing from guessing, and nothing is said of their mastery."
    )
    return [
        present.table(
            shown, columns, "Skills whose parameters drift or are off", "No skill drifts or is off by more than chance and 5 points."
        ),
        *([present.lead(note)] if lost else []),
        present.details("All skills with 50 answers", present.table(frame, columns)),
    ]


def _drift(before: float, after: float, since: Any) -> str:
    return (
        present.NOTHING
        if present.missing(since)
        else f"{present.points(before, 0)} → {present.points(after, 0)} since {present.day(since)}"
    )


def _four(*values: float) -> str:
    return present.NOTHING if present.missing(values[0]) else ", ".join(f"{value:.2f}" for value in values)
