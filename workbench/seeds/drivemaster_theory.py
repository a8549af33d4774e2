"""The driving theory of DriveMaster's simulated data: concepts in their order, what has to be known before, and the items."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import drivemaster_plan as planning
from workbench.seeds.draw import DAY, keys, midnight, number_column, pick, spread, text_column, time_column, uuid_column

TITLES = {
    "traffic_signs": ("Warning signs", "Prohibitory signs", "Mandatory signs", "Priority signs", "Direction signs", "Temporary signs"),
    "road_markings": ("Lane lines", "Stop lines", "Pedestrian crossings", "Bus and cycle lanes", "Box junctions", "Hatched areas"),
    "right_of_way": ("Equal junctions", "Traffic lights", "Roundabouts", "Emergency vehicles", "Level crossings", "Merging traffic"),
    "speed": ("Built-up areas", "Rural roads", "Motorways", "Stopping distance", "Speed in bad weather", "School zones"),
    "parking": ("No-stopping zones", "Parking on slopes", "Reserved bays", "Loading", "Residents’ zones", "Leaving a space"),
    "hazards": ("Children at play", "Cyclists ahead", "Ice and wet leaves", "Night driving", "Following distance", "Blind spots"),
    "vehicle": ("Tyres and brakes", "Lights", "Warning lamps", "Loads and towing", "Mirrors and seat", "Emissions"),
    "driver": ("Alcohol and drugs", "Fatigue", "Phones and distraction", "First aid", "Documents", "After an accident"),
}
CATEGORIES, LEVELS = tuple(TITLES), 6
CONCEPTS = len(CATEGORIES) * LEVELS
QUESTIONS = 8  # a concept
REVISED = 6  # items with a second version
MEDIA = ("{}", '{"image": {"width": 1280, "height": 720}}', '{"video": {"seconds": 14}}')
TRIED_WEIGHT = 5.0  # items under test are given more often


@dataclass(frozen=True)
class Syllabus:
    """Concepts in the order in which they are taught, one of each category in turn, and the items.

    Items: the questions (concept by concept), then two variants, then second versions, then one lesson a concept.
    """

    ids: np.ndarray  # of the concepts
    root_ids: np.ndarray  # of the categories, concepts too
    keys: list[str]
    category: np.ndarray
    truth: np.ndarray  # prior, learn, guess, slip × concepts
    item_ids: np.ndarray
    item_concept: np.ndarray
    original: np.ndarray  # of each item the one it replaces or varies; itself otherwise
    ease: np.ndarray  # how much easier than its concept, on the logit scale
    tried: tuple[int, int]
    variants: tuple[int, int]
    revised: np.ndarray  # questions with a second version
    second: np.ndarray  # those versions
    bad: int

    @property
    def questions(self) -> int:
        """How many first versions there are: the items 0 … questions − 1."""
        return CONCEPTS * QUESTIONS


def syllabus(spec: Spec) -> Syllabus:
    """What is taught; the parameters of knowledge tracing are drawn here and rounded, so that what is written down is what is used."""
    rng = spec.rng("theory")
    truth = np.round(rng.uniform([[0.15], [0.08], [0.15], [0.04]], [[0.5], [0.3], [0.3], [0.14]], (4, CONCEPTS)), 3)
    questions = CONCEPTS * QUESTIONS
    tried = (planning.USELESS_CONCEPT * QUESTIONS, planning.WORSE_CONCEPT * QUESTIONS)
    revised = (10 + 5 * np.arange(REVISED)) * QUESTIONS + 3
    original = np.concatenate([np.arange(questions), tried, revised, questions + len(tried) + REVISED + np.arange(CONCEPTS)])
    concept = original // QUESTIONS
    concept[original >= questions] = np.arange(CONCEPTS)
    ease = rng.normal(0, 0.3, len(original))[original]
    bad = planning.BAD_CONCEPT * QUESTIONS + 2
    second = questions + len(tried) + np.arange(REVISED)
    names = [f"{CATEGORIES[n % 8]}/{TITLES[CATEGORIES[n % 8]][n // 8]}".lower().replace(" ", "-").replace("’", "") for n in range(CONCEPTS)]
    return Syllabus(
        keys(spec, rng, CONCEPTS), keys(spec, rng, len(CATEGORIES)), names, np.arange(CONCEPTS) % len(CATEGORIES), truth,
        keys(spec, rng, len(original)), concept, original, ease, tried, (questions, questions + 1), revised, second, bad,
    )  # fmt: skip


def concepts(spec: Spec, taught: Syllabus) -> dict[str, pa.Array]:
    """The categories, then the concepts under them."""
    rng = spec.rng("concepts")
    roots, count = len(CATEGORIES), len(CATEGORIES) + CONCEPTS
    leaf = np.arange(count) >= roots
    category = np.concatenate([np.arange(roots), taught.category])
    names = [name.replace("_", " ").capitalize() for name in CATEGORIES] + [TITLES[CATEGORIES[n % 8]][n // 8] for n in range(CONCEPTS)]
    begun = np.full(count, midnight(spec.start) - 400 * DAY)
    prior, _, guess, slip = taught.truth
    share = prior * (1 - slip) + (1 - prior) * guess
    return {
        "id": uuid_column(np.concatenate([taught.root_ids, taught.ids])),
        "key": pa.array([*CATEGORIES, *taught.keys]),
        "name": pa.array(names),
        "description": pa.array([f"What there is to know about: {name.lower()}" for name in names]),
        "category": text_column(CATEGORIES, category),
        "parent_id": uuid_column(taught.root_ids[category], leaf),
        "difficulty": number_column(np.round(np.concatenate([np.zeros(roots), -np.log(share / (1 - share))]), 3)),
        "estimated_minutes": number_column(rng.integers(10, 45, count)),
        "created_at": time_column(begun),
        "updated_at": time_column(begun),
    }


def prerequisites(spec: Spec, taught: Syllabus) -> dict[str, pa.Array]:
    """Each concept needs the one before it in its category; every third also the neighbouring category's."""
    width, later = len(CATEGORIES), np.arange(len(CATEGORIES), CONCEPTS)
    crossing = later[(later % width > 0) & (later % 3 == 0)]
    needs = np.concatenate([later, crossing])
    needed = np.concatenate([later - width, crossing - width - 1])
    begun = np.full(len(needs), midnight(spec.start) - 400 * DAY)
    ids = taught.ids
    return {"concept_id": uuid_column(ids[needs]), "prerequisite_id": uuid_column(ids[needed]), "created_at": time_column(begun)}


def content(spec: Spec, taught: Syllabus, windows: planning.Plan, counted: tuple[np.ndarray, ...]) -> dict[str, pa.Array]:
    """The items with their counters (answers, right ones, mean response time)."""
    rng = spec.rng("content")
    count = len(taught.item_ids)
    answers, right, response = counted
    position = np.arange(count)
    lesson, derived = position >= count - CONCEPTS, taught.original != position
    second, variant = np.isin(position, taught.second), np.isin(position, taught.variants)
    prior, _, guess, slip = (row[taught.item_concept] for row in taught.truth)
    share = prior * (1 - slip) + (1 - prior) * guess
    begun = np.where(derived, windows.trials - 2 * DAY, midnight(spec.start) - spread(rng, 100 * DAY, 380 * DAY, count))
    begun = np.where(second, windows.revised, begun)
    return {
        "id": uuid_column(taught.item_ids),
        "concept_id": uuid_column(taught.ids[taught.item_concept]),
        "category": text_column(CATEGORIES, taught.category[taught.item_concept]),
        "content_type": text_column(("question", "lesson"), lesson.astype(int)),
        "title": pa.array(_titles(taught, lesson)),
        "body": text_column([json.dumps({"options": n, "key": k}) for n in (3, 4) for k in "ABC"], rng.integers(0, 6, count), ~lesson)
        .fill_null("{}"),
        "media": text_column(MEDIA, pick(rng, count, (5, 4, 1))),
        "tags": text_column([f"{{{name}}}" for name in CATEGORIES], taught.category[taught.item_concept]),
        "difficulty": number_column(np.round(-np.log(share / (1 - share)) - taught.ease, 3)),
        "discrimination": number_column(np.round(np.clip(rng.lognormal(0.1, 0.3, count), 0.5, 2.5), 3)),
        "guess_parameter": number_column(np.round(guess, 3)),
        "total_attempts": number_column(answers),
        "correct_attempts": number_column(right),
        "average_response_time": number_column(response, answers > 0),
        "version": number_column(1 + second.astype(np.int32)),
        "parent_content_id": uuid_column(taught.item_ids[taught.original], derived),
        "variant": text_column(("B",), np.zeros(count, np.int64), variant),
        "is_active": number_column(~np.isin(position, taught.revised)),
        "created_at": time_column(begun),
        "updated_at": time_column(np.where(np.isin(position, taught.revised), windows.revised, begun)),
    }  # fmt: skip


def _titles(taught: Syllabus, lesson: np.ndarray) -> list[str]:
    names = [TITLES[CATEGORIES[n % 8]][n // 8] for n in taught.item_concept]
    questions = [f"{name}, question {first % QUESTIONS + 1}" for name, first in zip(names, taught.original, strict=True)]
    return [name if is_lesson else question for name, question, is_lesson in zip(names, questions, lesson, strict=True)]
