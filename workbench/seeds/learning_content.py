"""Materials of the learning platform, their segments, and the assets generated from these."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import learning_texts as texts
from workbench.seeds.draw import DAY, keys, midnight, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.learning_people import People
from workbench.seeds.learning_plan import MODEL_SHARES, MODELS

KINDS = ("quiz", "quiz", "flashcard", "summary")  # from every segment
QUIZ, FLASHCARD, SUMMARY = 0, 1, 2
KIND_NAMES = ("quiz", "flashcard", "summary")
LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True)
class Library:
    """Materials in Japanese first, then in English; the last of each language is deleted. Chunks and assets lie material by material."""

    ids: np.ndarray
    titles: tuple[str, ...]
    made: np.ndarray
    deleted: np.ndarray
    chunk_ids: np.ndarray
    asset_ids: np.ndarray
    kind: np.ndarray  # of each asset
    model: np.ndarray
    difficulty: np.ndarray
    wrong: int  # the quiz whose key is wrong

    @property
    def per_material(self) -> int:
        """Assets of one material."""
        return len(texts.SECTIONS_EN) * len(KINDS)


def library(spec: Spec) -> Library:
    """What there is to learn."""
    rng = spec.rng("library")
    titles = (*texts.TITLES_JA, *texts.TITLES_EN)
    chunks = len(titles) * len(texts.SECTIONS_EN)
    count = chunks * len(KINDS)
    deleted = np.zeros(len(titles), bool)
    deleted[[len(texts.TITLES_JA) - 1, len(titles) - 1]] = True
    difficulty = rng.normal(0, 1, count)
    difficulty[1] = -0.3  # an ordinary question of the first material, but for its key
    return Library(
        ids=keys(spec, rng, len(titles)),
        titles=titles,
        made=midnight(spec.start) - spread(rng, 30 * DAY, 180 * DAY, len(titles)),
        deleted=deleted,
        chunk_ids=keys(spec, rng, chunks),
        asset_ids=keys(spec, rng, count),
        kind=np.tile([KIND_NAMES.index(kind) for kind in KINDS], chunks),
        model=pick(rng, count, MODEL_SHARES),
        difficulty=difficulty,
        wrong=1,
    )


def materials(spec: Spec, who: People, books: Library) -> dict[str, pa.Array]:
    """The materials."""
    rng = spec.rng("materials")
    count = len(books.ids)
    subject = np.arange(count) // 2 % len(texts.SUBJECTS)
    level = rng.integers(0, 3, count)
    language = np.arange(count) >= len(texts.TITLES_JA)
    tags = [f'{{"{texts.SUBJECTS[s]}","{LEVELS[n]}","{"en" if e else "ja"}"}}' for s, n, e in zip(subject, level, language, strict=True)]
    metadata = [json.dumps({"pages": int(n), "reviewed": bool(n % 3)}) for n in rng.integers(8, 60, count)]
    return {
        "id": uuid_column(books.ids),
        "user_id": uuid_column(who.authors[rng.integers(0, len(who.authors), count)]),
        "title": pa.array(books.titles),
        "description": pa.array([f"{'教材' if n < len(texts.TITLES_JA) else 'Course'}: {title}" for n, title in enumerate(books.titles)]),
        "source_type": text_column(("upload", "url", "text"), pick(rng, count, (60, 25, 15))),
        "metadata": pa.array(metadata),
        "status": text_column(("ready",), np.zeros(count, int)),
        "created_at": time_column(books.made),
        "updated_at": time_column(books.made + DAY),
        "deleted_at": time_column(books.made + 20 * DAY, books.deleted),
        "content_length": number_column(rng.integers(4_000, 30_000, count)),
        "difficulty_level": text_column(LEVELS, level),
        "subject_area": text_column(texts.SUBJECTS, subject),
        "tags": pa.array(tags),
    }


def chunks(spec: Spec, books: Library) -> dict[str, pa.Array]:
    """Eight segments of every material."""
    rng = spec.rng("chunks")
    japanese, parts = len(texts.TITLES_JA), len(texts.SECTIONS_EN)
    count = len(books.chunk_ids)
    material = np.arange(count) // parts
    content = [
        (texts.PROSE_JA if n < japanese else texts.PROSE_EN).format(title=title, section=section)
        for n, title in enumerate(books.titles)
        for section in (texts.SECTIONS_JA if n < japanese else texts.SECTIONS_EN)
    ]
    made = books.made[material] + spread(rng, 60_000_000, 600_000_000, count)
    return {
        "id": uuid_column(books.chunk_ids),
        "study_material_id": uuid_column(books.ids[material]),
        "chunk_order": number_column(np.arange(count) % parts + 1),
        "content": pa.array(content),
        "chunk_type": text_column(("paragraph", "section"), pick(rng, count, (70, 30))),
        "created_at": time_column(made),
        "updated_at": time_column(made),
        "word_count": number_column(rng.integers(120, 900, count)),
        "language": text_column(("ja", "en"), (material >= japanese).astype(int)),
        "relevance_score": number_column(np.round(rng.beta(8, 2, count), 3)),
    }


def assets(spec: Spec, books: Library) -> dict[str, pa.Array]:
    """Two quizzes, a flashcard and a summary of every segment."""
    rng = spec.rng("assets")
    count = len(books.asset_ids)
    material = np.arange(count) // books.per_material
    within = np.arange(count) % books.per_material + 1
    titles = [f"{books.titles[m]} {KIND_NAMES[k]} {n}" for m, k, n in zip(material, books.kind, within, strict=True)]
    made = books.made[material] + spread(rng, 3_600_000_000, 7_200_000_000, count)
    return {
        "id": uuid_column(books.asset_ids),
        "study_material_id": uuid_column(books.ids[material]),
        "content_chunk_id": uuid_column(books.chunk_ids[np.arange(count) // len(KINDS)]),
        "asset_type": text_column(KIND_NAMES, books.kind),
        "content": pa.array([json.dumps({"title": title}, ensure_ascii=False) for title in titles]),
        "generation_model": text_column(MODELS, books.model),
        "created_at": time_column(made),
        "updated_at": time_column(made),
        "quality_score": number_column(np.round(np.where(books.model == 2, rng.beta(5, 3, count), rng.beta(9, 2, count)), 3)),
        "difficulty_level": number_column(np.clip(np.round(5.5 + 1.8 * books.difficulty), 1, 10).astype(int)),
        "generation_params": text_column(('{"temperature": 0.2}', '{"temperature": 0.7}'), rng.integers(0, 2, count)),
    }
