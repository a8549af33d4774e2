"""Feedback of the learning platform's users, the weekly metrics of their progress, and what was planted in all of it."""

import uuid

import numpy as np
import pyarrow as pa

from workbench.seeds import Planted, Spec
from workbench.seeds import learning_texts as texts
from workbench.seeds.draw import DAY, HOUR, SECOND, keys, masked, midnight, number_column, spread, text_column, time_column, uuid_column
from workbench.seeds.learning_content import Library
from workbench.seeds.learning_people import People, erased
from workbench.seeds.learning_plan import BROKEN_DEVICE, DEVICES, MODELS, WORSE_MODEL, Plan
from workbench.seeds.learning_study import ANSWER, JAPAN, Study

RATING, COMMENT, REPORT = 0, 1, 2
WEEK = 7 * DAY
MONDAY = 4 * DAY  # 1970-01-05


def feedback(spec: Spec, who: People, books: Library, held: Study, windows: Plan) -> dict[str, pa.Array]:
    """Ratings of a few per cent of the interactions; reports of the wrong key, and of one model's assets since its update."""
    rng = spec.rng("feedback")
    luck = rng.random(len(held.at))
    bad = (books.model[held.asset] == WORSE_MODEL) & windows.worse.holds(held.at)
    keyed = (held.asset == books.wrong) & (held.action == ANSWER) & ~held.correct
    quiet = held.learner[held.session] == held.guesser
    row = np.flatnonzero((luck < np.where(keyed, 0.15, np.where(bad, 0.08, 0.03))) & ~quiet)
    count = len(row)
    said = held.at[row] + spread(rng, 2 * SECOND, 60 * SECOND, count)
    row, said = row[said < midnight(spec.end)], said[said < midnight(spec.end)]
    count = len(row)
    kind = np.where(keyed[row] | (bad[row] & (rng.random(count) < 0.25)), REPORT, np.where(rng.random(count) < 0.2, COMMENT, RATING))
    stars = np.clip(np.round(np.where(bad[row], rng.normal(1.9, 0.8, count), rng.normal(4.0, 0.8, count))), 1, 5).astype(int)
    english = who.english[held.learner[held.session[row]]]
    words = text_column((*texts.COMMENTS_JA, *texts.COMMENTS_EN), english * 4 + np.where(kind == REPORT, 2, rng.integers(0, 4, count)))
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "user_id": uuid_column(who.ids[held.learner[held.session[row]]]),
        "generated_asset_id": uuid_column(books.asset_ids[held.asset[row]]),
        "interaction_id": uuid_column(held.action_ids[row]),
        "interaction_created_at": time_column(held.at[row]),
        "feedback_type": text_column(("rating", "comment", "report"), kind),
        "rating": number_column(stars, kind == RATING),
        "comment": masked(words, (kind != RATING) & ~erased(spec, who)[held.learner[held.session[row]]]),
        "created_at": time_column(said),
        "updated_at": time_column(said),
        "status": text_column(("active", "resolved"), ((kind == REPORT) & (rng.random(count) < 0.3)).astype(int)),
    }


def progress(spec: Spec, who: People, held: Study) -> dict[str, pa.Array]:
    """Accuracy and speed of every learner who answered in a week (Monday to Sunday in Japan), noted on the Monday after it."""
    rng = spec.rng("progress")
    row = np.flatnonzero(held.action == ANSWER)
    week = (held.at[row] + JAPAN - MONDAY) // WEEK
    group, member = np.unique(held.learner[held.session[row]] * 100_000 + week, return_inverse=True)
    answers = np.bincount(member)
    right = np.bincount(member, held.correct[row]) / answers
    speed = np.bincount(member, held.took_ms[row]) / answers
    noted = (group % 100_000 + 1) * WEEK + MONDAY - JAPAN + spread(rng, HOUR, 2 * HOUR, len(group))
    kept = noted < midnight(spec.end)
    learner, noted, values = group[kept] // 100_000, noted[kept], np.concatenate([right[kept], speed[kept]])
    count = len(learner)
    return {
        "id": uuid_column(keys(spec, rng, 2 * count)),
        "user_id": uuid_column(np.tile(who.ids[learner], (2, 1))),
        "metric_type": text_column(("accuracy", "speed"), np.repeat([0, 1], count)),
        "metric_value": number_column(np.round(values, 4)),
        "metric_data": pa.array([f'{{"answers": {n}}}' for n in np.tile(answers[kept], 2)]),
        "recorded_at": time_column(np.tile(noted, 2)),
        "time_period": text_column(("weekly",), np.zeros(2 * count, int)),
        "aggregation_type": text_column(("mean",), np.zeros(2 * count, int)),
    }


def planted(spec: Spec, who: People, books: Library, held: Study, windows: Plan) -> list[Planted]:
    """What a look at the data should find."""
    first, last = midnight(spec.end) - 31 * DAY, midnight(spec.end)
    answers = (held.asset == books.wrong) & (held.action == ANSWER) & (held.at >= first)
    device = who.device[held.learner] == BROKEN_DEVICE
    after, before = device & windows.released.holds(held.start), device & ~windows.released.holds(held.start)
    idle_day = np.datetime64((windows.idle.end - DAY) // SECOND, "s").astype("datetime64[D]")
    guesses = held.learner[held.session] == held.guesser
    guesses &= windows.guessing.holds(held.at)
    wrong = {
        "asset_id": _text(books.asset_ids[books.wrong]),
        "answers": int(answers.sum()),
        "correct_rate": round(float(held.correct[answers].mean()), 4) if answers.any() else None,
    }
    dropped = {
        "device": DEVICES[BROKEN_DEVICE],
        "completed_before": round(float(held.finished[before].mean()), 4) if before.any() else None,
        "completed_after": round(float(held.finished[after].mean()), 4) if after.any() else None,
        "sessions_after": int(after.sum()),
    }
    guessing = {"learner_id": _text(who.ids[held.guesser]), "answers": int(guesses.sum()), "correct": int(held.correct[guesses].sum())}
    return [
        Planted("leaving_cohort", windows.cohort.start, windows.cohort.end, {"learners": len(who.cohort), "stay_days": 6}),
        Planted("worse_model", windows.worse.start, windows.worse.end, {"model": MODELS[WORSE_MODEL]}),
        Planted("release_drop", windows.released.start, windows.released.end, dropped),
        Planted("idle_day", windows.idle.start, windows.idle.end, {"day": str(idle_day), "sessions": 0}),
        Planted("rapid_guessing", windows.guessing.start, windows.guessing.end, guessing),
        Planted("wrong_key", first, last, wrong),
    ]


def _text(key: np.ndarray) -> str:
    return str(uuid.UUID(bytes=key.tobytes()))
