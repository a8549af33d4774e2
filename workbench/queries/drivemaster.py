"""Questions only DriveMaster can be asked: knowledge of concepts, items and their variants, reviews, and what to ask next.

Periods are half-open `[start, end)`: dates (or ISO text) of the given IANA time zone. Rows come back as `sqlfiles.read` types them.
Ratios carry their 95 % Wilson interval (definition X1); nothing is suppressed here: results about few learners are for reports
to suppress (definition X5). `concept_mastery`, `content_performance` and `daily_practice` read materialized views: they are as of the
last `workbench rollup`.

A *review* (definition P5) is the first answer of a learner to a concept on a UTC day on which the concept is due.
"""

import contextlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from workbench import sqlfiles
from workbench.errors import UsageError
from workbench.metrics import bandit, bkt, bkt_fit, choosing, irt, sm2
from workbench.metrics.item_fit import expected
from workbench.metrics.stats import difference, wilson

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str
Learner = UUID | str

KNOWN = 0.8
FEWEST_ANSWERS = 100
POLICIES = {"thompson": bandit.Thompson, "ucb1": lambda rng: bandit.UCB1()}


def known_concepts(connection: "Connection", learner_id: Learner, *, above: float = KNOWN) -> "pd.DataFrame":
    """What a learner knows (user knowledge lookup), through the partial index of the learner's one partition.

    Args:
        above: probability of knowing, at least 0.8: the index holds no others.

    Returns:
        One row per concept, the latest practised first: `concept_id`, `concept` (its key), `category`, `mastery_probability`,
        `last_interaction`, `due_at`, `total_attempts`, `correct_attempts`.

    Raises:
        UsageError: `above` lies outside 0.8 to 1.
    """
    if not KNOWN <= above <= 1:
        raise UsageError(f"above is {above}; known_concepts lists probabilities above {KNOWN}, up to 1.")
    return sqlfiles.read(connection, "drivemaster/queries/known_concepts", learner_id=str(learner_id), above=above)


def recommended_content(
    connection: "Connection", category: str, *, easiest: float = -1.0, hardest: float = 1.0, rows: int = 20
) -> "pd.DataFrame":
    """Items of a category within a range of difficulty, the least answered first (content recommendation).

    Returns:
        At most `rows` rows: `content_id`, `concept_id`, `content_type`, `title`, `difficulty`, `discrimination`, `guess_parameter`,
        `version`, `total_attempts`, `correct_attempts`.

    Raises:
        UsageError: `rows` is not positive.
    """
    _some(rows, "recommended_content")
    chosen = {"category": category, "easiest": easiest, "hardest": hardest, "rows": rows}
    return sqlfiles.read(connection, "drivemaster/queries/recommended_content", **chosen)


def learner_events(connection: "Connection", learner_id: Learner, *, since: datetime | str, rows: int = 1000) -> "pd.DataFrame":
    """What a learner did since an instant (learning analytics), from the months from then on alone.

    Args:
        since: aware instant, or ISO text of one.

    Returns:
        At most `rows` rows, the newest first: `event_id`, `occurred_at`, `event_type`, `concept_id`, `content_id`, `session_id`,
        `is_correct`, `response_ms`, `confidence`, `hints_used`, `device`; empty where the event has none.

    Raises:
        UsageError: `rows` is not positive.
    """
    _some(rows, "learner_events")
    return sqlfiles.read(connection, "drivemaster/queries/learner_events", learner_id=str(learner_id), since=since, rows=rows)


def learner_progress(connection: "Connection", *, on: Day, rows: int = 50) -> "pd.DataFrame":
    """How far each active learner is.

    Args:
        on: reviews due up to the end of this UTC day count as due.

    Returns:
        At most `rows` rows, the last to practise first: `learner_id`, concepts `begun`, `mastered` (probability ≥ 0.95) and `due`;
        `answers`, `correct`, `last_interaction`, `correct_rate` with its `_low` and `_high`.

    Raises:
        UsageError: `rows` is not positive.
    """
    _some(rows, "learner_progress")
    found = sqlfiles.read(connection, "drivemaster/queries/learner_progress", on=on, rows=rows)
    return _with_rate(found, "correct_rate", "correct", "answers")


def concept_mastery(connection: "Connection", *, category: str | None = None) -> "pd.DataFrame":
    """How far the learners of each active concept are.

    Returns:
        One row per concept: `concept_id`, `concept` (its key), `name`, `category`, `learners` with a knowledge state, `mastered` among
        them (probability ≥ 0.95), `mean_mastery`, `scheduled` (with a planned review), `mastered_rate` with its `_low` and `_high`.
    """
    found = sqlfiles.read(connection, "drivemaster/queries/concept_mastery", category=category)
    return _with_rate(found, "mastered_rate", "mastered", "learners")


def content_performance(connection: "Connection", *, category: str | None = None) -> "pd.DataFrame":
    """How each item is answered, by the event log and by its own counters.

    Returns:
        One row per item: `content_id`, `title`, `category`, `concept`, `version`, `variant`, `is_active`, `difficulty`, `answers`,
        `correct` and `mean_response_ms` of the event log, `counted_answers` and `counted_correct` of the item's counters,
        `correct_rate` = correct/answers with its `_low` and `_high`.
    """
    found = sqlfiles.read(connection, "drivemaster/queries/content_performance", category=category)
    return _with_rate(found, "correct_rate", "correct", "answers")


def variant_comparison(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Versions and A/B variants against the item they come from, over the time in which both were answered.

    Returns:
        One row per item with a parent: `content_id`, `parent_content_id`, `title`, `version`, `variant`, `parent_answers`,
        `parent_correct`, `answers`, `correct`, `parent_rate` and `correct_rate` with their `_low` and `_high`; `difference` =
        correct_rate − parent_rate with its `_low` and `_high` (Newcombe), `differs`: whether that interval leaves 0 (definition X2).
        A version that replaced its parent at once shares no time with it: no answers, no rate.
    """
    found = sqlfiles.read(connection, "drivemaster/queries/variant_comparison", start=start, end=end, timezone=timezone)
    found = _with_rate(_with_rate(found, "parent_rate", "parent_correct", "parent_answers"), "correct_rate", "correct", "answers")
    counts = (found[name].astype("float64") for name in ("parent_correct", "parent_answers", "correct", "answers"))
    value, low, high = difference(*counts)
    return found.assign(difference=value, difference_low=low, difference_high=high, differs=(low > 0) | (high < 0))


def due_load(connection: "Connection", *, on: Day, days: int = 30) -> "pd.DataFrame":
    """Reviews of active learners that are due (definition P5), by UTC day.

    Returns:
        `day`, `reviews`, `learners`: first one row without a day for what is overdue before `on`, then one row for each of the `days`
        days from `on`.

    Raises:
        UsageError: `days` is not positive.
    """
    _some(days, "due_load")
    return sqlfiles.read(connection, "drivemaster/queries/due_load", on=on, days=days)


def review_recall(connection: "Connection", *, start: Day, end: Day) -> "pd.DataFrame":
    """How much is recalled after how many days: the calibration of the schedule (definition P5). Days are those of UTC.

    Returns:
        One row per band of days since the concept was last practised: `from_days`, `to_days` (NaN: open), `reviews` = first answers of
        a day, `recalled` = right ones, `recall_rate` with its `_low` and `_high`.
    """
    import pandas as pd

    found = sqlfiles.read(connection, "drivemaster/queries/review_recall", start=start, end=end)
    interval, reviews, recalled = (found[name].to_numpy() for name in ("interval_days", "reviews", "recalled"))
    counts = np.concatenate([recalled, reviews - recalled])
    bands = sm2.recall_by_interval(np.repeat(np.tile(interval, 2), counts), np.repeat(np.arange(len(counts)) < len(interval), counts))
    made = pd.DataFrame(bands, columns=["from_days", "to_days", "reviews", "recalled"]).astype({"to_days": "float64"})
    return _with_rate(made, "recall_rate", "recalled", "reviews")


def daily_practice(connection: "Connection", *, start: Day, end: Day) -> "pd.DataFrame":
    """Practice by UTC day and category.

    Returns:
        One row per day and category: `day`, `category` (none for starts of sessions), `answers`, `correct`, `mastered` concepts,
        `sessions` begun, `learners`.
    """
    return sqlfiles.read(connection, "drivemaster/queries/daily_practice", start=start, end=end)


def knowledge_fit(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Parameters of knowledge tracing fitted to the answers of the period, all concepts at once (definition P1).

    Returns:
        One row per concept with answers: `concept` (its key), `learners`, `answers`, `status` (fitted, too_few below 50 answers,
        degenerate), `prior`, `learn`, `guess`, `slip`, `log_likelihood`. With too few answers the parameters are those of all concepts.
    """
    import pandas as pd

    answers = sqlfiles.read(connection, "drivemaster/queries/knowledge_fit", start=start, end=end, timezone=timezone)
    concept, keys = pd.factorize(answers["concept"], sort=True)
    made = pd.DataFrame({"concept": keys}).assign(learners=answers.groupby("concept")["learner_id"].nunique().to_numpy())
    if answers.empty:
        return made.reindex(columns=["concept", "learners", "answers", "status", "prior", "learn", "guess", "slip", "log_likelihood"])
    sequence = pd.factorize(answers["learner_id"])[0] * len(keys) + concept
    found = bkt_fit.fit(sequence, concept, answers["is_correct"].astype(bool))
    given = found.parameters
    made = made.assign(answers=found.answers, status=found.status, prior=given.prior, learn=given.learn, guess=given.guess, slip=given.slip)
    return made.assign(log_likelihood=found.log_likelihood)


def knowledge_audit(connection: "Connection", *, category: str | None = None) -> "pd.DataFrame":
    """Stored mastery against the replay of the answers with the state's own parameters (definition P3).

    Returns:
        One row per learner and concept: `learner_id`, `concept`, `stored` and `replayed` probability of knowing, `difference` = stored −
        replayed, `counted_answers` of the state and `answers` in the event log up to its last interaction.
    """
    import pandas as pd

    rows = sqlfiles.read(connection, "drivemaster/queries/knowledge_audit", category=category)
    columns = ["learner_id", "concept", "stored", "replayed", "difference", "counted_answers", "answers"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    state = rows.groupby(["learner_id", "concept"], sort=False).ngroup().to_numpy()
    first = rows.drop_duplicates(["learner_id", "concept"])
    given = bkt.parameters(*(first[name] for name in ("initial_knowledge", "learning_rate", "guess_parameter", "slip_parameter")))
    answered = rows["is_correct"].notna().to_numpy()
    replayed = first["initial_knowledge"].to_numpy(copy=True)
    after = bkt.replay(state[answered], state[answered], rows["is_correct"][answered].astype(bool), given).mastery
    replayed[state[answered]] = after  # of several answers the last one stays
    made = first[["learner_id", "concept"]].assign(stored=first["mastery_probability"], replayed=replayed)
    made = made.assign(difference=made["stored"] - made["replayed"], counted_answers=first["total_attempts"])
    return made.assign(answers=np.bincount(state, answered, minlength=len(first)).astype(np.int64)).reset_index(drop=True)[columns]


def item_fit(
    connection: "Connection", category: str, *, start: Day, end: Day, timezone: str = "UTC", fewest: int = FEWEST_ANSWERS
) -> "pd.DataFrame":
    """The items of a category re-estimated from first answers (definition P6): 2PL by marginal maximum likelihood, stored guessing held.

    Args:
        fewest: items with fewer first answers are left out: their slope would be anything.

    Returns:
        One row per item with right and wrong answers: `content_id`, `title`, stored `discrimination`, `difficulty`, `guess_parameter`;
        `answers`, `share_correct`, `point_biserial`, `outfit`, `infit`; `status` (fitted, or degenerate: the slope
        stands at its bound and means nothing); `fitted_discrimination`, `fitted_difficulty`, and `discrimination_drift`,
        `difficulty_drift` = fitted − stored.
    """
    rows = sqlfiles.read(connection, "drivemaster/queries/item_fit", category=category, start=start, end=end, timezone=timezone)
    rows = rows.assign(is_correct=rows["is_correct"].astype("float64"))
    of_item = rows.groupby("content_id")["is_correct"]
    share = of_item.transform("mean")
    kept = (share > 0) & (share < 1) & (of_item.transform("size") >= fewest)
    table = rows[kept].pivot(index="learner_id", columns="content_id", values="is_correct")
    items = rows.drop_duplicates("content_id").set_index("content_id").loc[table.columns].drop(columns=["learner_id", "is_correct"])
    if items.empty:
        return items.reset_index()
    fitted = irt.fit_2pl(table, items["guess_parameter"], tolerance=1e-4)
    found = irt.item_statistics(table, expected(table, fitted.a, fitted.b, fitted.c))
    status = np.where((fitted.a <= irt.LEAST_SLOPE) | (fitted.a >= irt.MOST_SLOPE), "degenerate", "fitted")
    made = items.assign(answers=table.notna().sum(), **vars(found), status=status)
    made = made.assign(fitted_discrimination=fitted.a, fitted_difficulty=fitted.b)
    drift = {f"{name}_drift": made[f"fitted_{name}"] - made[name] for name in ("discrimination", "difficulty")}
    return made.assign(**drift).rename_axis("content_id").reset_index()


def next_questions(
    connection: "Connection",
    learner_id: Learner,
    count: int = 10,
    *,
    now: datetime | None = None,
    policy: str = "thompson",
    target: float = choosing.TARGET,
    seed: int | None = None,
) -> "pd.DataFrame":
    """What a learner should be asked next: due reviews, concepts being learnt, and a bandit among the questions of each.

    Only questions of open concepts are offered: those whose prerequisites the learner has mastered. How the places are shared is said in
    `workbench.metrics.choosing.choose`; nothing is written, so the same call with the same `seed` gives the same questions.

    Args:
        now: aware instant that decides what is due; default the present.
        policy: `thompson` (draws) or `ucb1` (upper bounds). target: wanted share of right answers.
        seed: of the draws; without one they differ from call to call.

    Returns:
        At most `count` rows in the order to ask: `content_id`, `title`, `concept`, `category`, `reason` (review, learn, new),
        `mastery_probability` (NaN: not begun), `due_at`, `difficulty`.

    Raises:
        UsageError: no such active learner, no such policy, `count` is not positive, `target` is no share, or `now` has no zone.
    """
    _some(count, "next_questions")
    if policy not in POLICIES:
        raise UsageError(f"there is no policy {policy!r}; there are {', '.join(POLICIES)}.")
    if not 0 <= target <= 1:
        raise UsageError(f"target is {target}; it is a share of right answers, from 0 to 1.")
    if now is not None and now.tzinfo is None:
        raise UsageError(f"now is {now}, a time without a zone; what is due depends on it.")
    _check_learner(connection, learner_id)
    moment = now or datetime.now(UTC)
    found = sqlfiles.read(connection, "drivemaster/queries/next_questions", learner_id=str(learner_id), now=moment)
    chosen = choosing.choose(_candidates(found, moment), count, POLICIES[policy](np.random.default_rng(seed)), target)
    picked = found.iloc[[choice.position for choice in chosen]].assign(reason=[choice.reason for choice in chosen])
    columns = ["content_id", "title", "concept", "category", "reason", "mastery_probability", "due_at", "difficulty"]
    return picked[columns].reset_index(drop=True)


def _candidates(found: "pd.DataFrame", moment: datetime) -> choosing.Candidates:
    concept = np.unique(found["concept"].astype(str), return_inverse=True)[1]
    overdue = (moment - found["due_at"]).dt.total_seconds() / 86_400
    numbers = (found[name].to_numpy() for name in ("total_attempts", "correct_attempts", "seen"))
    return choosing.Candidates(concept, *numbers, found["mastery_probability"].to_numpy("float64"), overdue.to_numpy("float64"))


def _check_learner(connection: "Connection", learner_id: Learner) -> None:
    with contextlib.suppress(ValueError):
        key = UUID(str(learner_id))
        if connection.exec_driver_sql("select exists (select from drivemaster.users where id = %s and is_active)", (key,)).scalar():
            return
    raise UsageError(f"there is no active learner {learner_id} in drivemaster.users.")


def _some(rows: int, name: str) -> None:
    if rows < 1:
        raise UsageError(f"{rows} is too few; ask {name} for at least one.")


def _with_rate(found: "pd.DataFrame", name: str, good: str, total: str) -> "pd.DataFrame":
    trials = found[total].astype("float64")
    low, high = wilson(found[good], trials)
    return found.assign(**{name: found[good] / trials.where(trials > 0), f"{name}_low": low, f"{name}_high": high})
