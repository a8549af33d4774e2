"""Materials of MUED's simulated school, the rights of everything that can be cited, and how far learners are with what was assigned."""

import hashlib
import json
import uuid
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import DAY, HOUR, keys, midnight, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.mued_people import People
from workbench.seeds.mued_plan import SOURCES

MATERIALS, ARTICLES, LOST = 160, 120, 15
LICENSES = (
    "cc_by", "cc_by_sa", "cc_by_nc", "cc_by_nc_sa", "proprietary", "mit", "apache_2_0", "public_domain", "all_rights_reserved",
)  # fmt: skip
USABLE = 8  # the licences before this place allow use
GOOD, EXPIRED, UNLICENSED, NOT_PERMITTED, GONE = range(5)
STATE_SHARES = (0.88, 0.05, 0.04, 0.03)


@dataclass(frozen=True)
class Library:
    """What can be cited: the provenance rows, then `LOST` keys of rows that are no longer there."""

    material_ids: np.ndarray
    material_times: np.ndarray
    provenance_ids: np.ndarray
    titles: list[str]
    source: np.ndarray  # position in SOURCES of each
    state: np.ndarray  # GOOD, EXPIRED, …

    @property
    def appeal(self) -> np.ndarray:
        """How often each is cited: some are famous; what may not be used is found less often, what is gone not at all."""
        ranks = np.arange(len(self.state)) * 101 % len(self.state)
        return np.where(self.state == GONE, 0.0, np.where(self.state == GOOD, 1.0, 0.18) / (20 + ranks))

    def pieces(self, position: int) -> list[str]:
        """JSON of a citation of each, as the `position`-th of its answer."""
        return [
            json.dumps(
                {"provenance_id": str(uuid.UUID(bytes=key.tobytes())), "title": title, "quote": texts.QUOTED[n % 4], "position": position},
                ensure_ascii=False,
            )
            for n, (key, title) in enumerate(zip(self.provenance_ids, self.titles, strict=True))
        ]


def library(spec: Spec) -> Library:
    """Which materials and articles there are."""
    rng = spec.rng("library")
    count = MATERIALS + ARTICLES + LOST
    pool = texts.combine(texts.MATERIALS_JA, texts.TOPICS_JA) + texts.combine(texts.MATERIALS_EN, texts.TOPICS_EN)
    source = np.concatenate([np.zeros(MATERIALS, int), np.ones(ARTICLES, int), rng.integers(0, 2, LOST)])
    return Library(
        material_ids=keys(spec, rng, MATERIALS),
        material_times=midnight(spec.start) - spread(rng, 5 * DAY, 700 * DAY, MATERIALS),
        provenance_ids=keys(spec, rng, count),
        titles=[pool[n % len(pool)] for n in rng.permutation(count)],
        source=source,
        state=np.concatenate([pick(rng, MATERIALS + ARTICLES, STATE_SHARES), np.full(LOST, GONE)]),
    )


def materials(spec: Spec, who: People, books: Library) -> dict[str, pa.Array]:
    """The teaching materials, written by mentors."""
    rng = spec.rng("materials")
    tags = [f'{{"{a}","{b}"}}' for a in texts.TAGS for b in texts.TAGS if a != b]
    return {
        "id": uuid_column(books.material_ids),
        "created_by": uuid_column(who.mentor_ids[rng.integers(0, who.mentors, MATERIALS)]),
        "title": pa.array(books.titles[:MATERIALS]),
        "kind": text_column(("score", "audio", "video", "article", "exercise"), pick(rng, MATERIALS, (30, 12, 18, 15, 25))),
        "instrument": text_column(texts.INSTRUMENTS, pick(rng, MATERIALS, texts.INSTRUMENT_SHARES)),
        "difficulty": number_column(1 + pick(rng, MATERIALS, (30, 28, 22, 14, 6))),
        "tags": text_column(tags, rng.integers(0, len(tags), MATERIALS)),
        "license": text_column(LICENSES, rng.integers(0, USABLE, MATERIALS), rng.random(MATERIALS) < 0.97),
        "source": text_column(SOURCES, books.source[:MATERIALS]),
        "estimated_minutes": number_column(5 * (1 + rng.integers(0, 12, MATERIALS))),
        "is_public": number_column(rng.random(MATERIALS) < 0.7),
        "created_at": time_column(books.material_times),
        "updated_at": time_column(books.material_times),
    }


def provenance(spec: Spec, who: People, books: Library) -> dict[str, pa.Array]:
    """Rights of every material and article: most may be used, some have expired or expire on the way, lack a licence or a permission."""
    rng = spec.rng("provenance")
    count = MATERIALS + ARTICLES
    state = books.state[:count]
    first = midnight(spec.start)
    acquired = first - spread(rng, 5 * DAY, 300 * DAY, count)
    acquired[:MATERIALS] = np.minimum(acquired[:MATERIALS], books.material_times + HOUR)
    expired = state == EXPIRED
    # A year's retention that ends before the first day, or, for a third of them, during the simulated days.
    ending = np.where(rng.random(count) < 0.33, spread(rng, 0, spec.days * DAY, count), -spread(rng, 0, 200 * DAY, count))
    ending = np.maximum(ending, (spec.days - 360) * DAY)  # what expired longer ago than a year before the end was cleared away
    acquired = np.where(expired, first + ending - 365 * DAY, acquired)
    article = np.arange(count) >= MATERIALS
    unlicensed = state == UNLICENSED
    license_type = np.where(unlicensed, USABLE, rng.integers(0, USABLE, count))
    return {
        "id": uuid_column(books.provenance_ids[:count]),
        "content_id": uuid_column(np.concatenate([books.material_ids, keys(spec, rng, ARTICLES)])),
        "content_type": text_column(("material", "note_article"), article.astype(int)),
        "source_uri": pa.array([f"https://{SOURCES[s]}.invalid/{n:04d}" for n, s in enumerate(books.source[:count])]),
        "license_type": text_column(LICENSES, license_type, ~(unlicensed & (rng.random(count) < 0.5))),
        "acquisition_method": text_column(("manual_upload", "api_fetch"), article.astype(int)),
        "acquired_by": uuid_column(who.mentor_ids[rng.integers(0, who.mentors, count)], ~article),
        "acquired_at": time_column(acquired),
        "hash_c2pa": pa.array([hashlib.sha256(key.tobytes()).hexdigest() for key in books.provenance_ids[:count]]),
        "retention_years": number_column(np.where(expired, 1, 5 + rng.integers(0, 6, count)), expired | (rng.random(count) < 0.4)),
        "permission_flag": number_column(state != NOT_PERMITTED),
        "created_at": time_column(acquired),
        "updated_at": time_column(acquired),
    }


def learning_metrics(spec: Spec, who: People, books: Library) -> dict[str, pa.Array]:
    """Three to eight materials for each learner: assigned, mostly begun, more often finished by eager learners, assessed by the mentor."""
    rng = spec.rng("learning_metrics")
    last = midnight(spec.end)
    counts = rng.integers(3, 9, who.students)
    learner = np.repeat(np.arange(who.students), counts)
    place = np.arange(len(learner)) - np.repeat(np.cumsum(counts) - counts, counts)
    material = (rng.integers(0, MATERIALS, who.students)[learner] + 19 * place) % MATERIALS  # 19 and 160 share no factor
    assigned = who.joined[learner] + (rng.random(len(learner)) * (1 + place) * 8 * DAY).astype(np.int64)
    held = (assigned < last - DAY) & (assigned < who.left[learner])
    learner, material, assigned = learner[held], material[held], assigned[held]
    count = len(learner)
    eager = who.eagerness[learner]
    started = assigned + (rng.exponential(3 * DAY, count)).astype(np.int64)
    begun = (started < last) & (eager > 0) & (rng.random(count) < 0.9)
    completed = started + (rng.gamma(2.0, 6 * DAY, count)).astype(np.int64)
    done = begun & (completed < last) & (rng.random(count) < 0.25 + 0.7 * eager)
    ratio = np.where(done, 1.0, np.where(begun, np.round(rng.beta(2, 2, count) * 0.98, 4), 0.0))
    assessed = done & (rng.random(count) < 0.7)
    score = np.round(np.clip(rng.normal(70 + 20 * eager, 10), 0, 100), 2)
    grade = np.digitize(score, (60, 70, 80, 90))
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "user_id": uuid_column(who.ids[learner]),
        "material_id": uuid_column(books.material_ids[material]),
        "assigned_at": time_column(assigned),
        "started_at": time_column(started, begun),
        "completed_ratio": number_column(ratio),
        "completed_at": time_column(completed, done),
        "practice_minutes": number_column(np.where(begun, np.round(ratio * rng.gamma(3, 40, count)), 0).astype(int)),
        "score": number_column(score, assessed),
        "grade": text_column(("D", "C", "B", "A", "S"), grade, assessed),
        "assessed_by": uuid_column(who.mentor_ids[who.mentor[learner]], assessed),
        "updated_at": time_column(np.where(done, completed, np.where(begun, started, assigned))),
    }
