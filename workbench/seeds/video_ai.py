"""How the simulated questions of the machine came about: models and prices, jobs that succeed or fail, calls with tokens and cost."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    keys,
    number_column,
    ordinals,
    pick,
    same,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.video_content import Content
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import Plan
from workbench.seeds.video_questions import Questions

MODELS = (("openai", "scribe-large", 0.00045, 0.00135), ("anthropic", "clio-small", 0.00012, 0.00048))
STATUSES = ("succeeded", "failed", "cancelled")
SUCCEEDED, FAILED, CANCELLED = range(3)


@dataclass(frozen=True)
class Jobs:
    """Jobs of each tenant; the first ones made the questions, the others came to nothing."""

    ids: np.ndarray
    tenant: np.ndarray
    video: np.ndarray
    model: np.ndarray
    status: np.ndarray
    made: np.ndarray  # questions
    start: np.ndarray
    end: np.ndarray
    question: np.ndarray  # positions of the questions made
    maker: np.ndarray  # and of the jobs that made them


def jobs(spec: Spec, content: Content, asked: Questions, plan: Plan) -> Jobs:
    """One job made all questions of a video that came about on the same day; one job in seven failed or was cancelled."""
    rng = spec.rng("jobs")
    question = np.flatnonzero(asked.by_ai)
    video = content.stop_video[asked.stop[question]]
    day = asked.created[question] // DAY
    pairs, first, maker = np.unique(np.stack([video, day], axis=1), axis=0, return_index=True, return_inverse=True)
    good, bad = len(pairs), max(6, len(pairs) // 7)
    lost = rng.integers(0, len(content.videos), bad)
    lost_at = plan.whole.start + (rng.random(bad) * (spec.days - 1) * DAY).astype(np.int64)
    end = np.concatenate([asked.created[question][first], lost_at])
    of_video = np.concatenate([pairs[:, 0].astype(int), lost])
    return Jobs(
        keys(spec, rng, good + bad), content.video_tenant[of_video], of_video, model=pick(rng, good + bad, (65, 35)),
        status=np.concatenate([np.zeros(good, int), FAILED + pick(rng, bad, (80, 20))]),
        made=np.concatenate([np.bincount(maker.ravel(), minlength=good), np.zeros(bad, int)]),
        start=end - spread(rng, 20 * SECOND, 6 * MINUTE, good + bad), end=end, question=question, maker=maker.ravel(),
    )  # fmt: skip


def configurations(spec: Spec, who: People, plan: Plan) -> tuple[dict[str, pa.Array], np.ndarray]:
    """Two models for each tenant, and the keys (tenants, models)."""
    rng = spec.rng("configurations")
    tenants, models = len(who.tenants), len(MODELS)
    ids = keys(spec, rng, tenants * models)
    model = np.tile(np.arange(models), tenants)
    created = np.full(len(model), plan.whole.start - 120 * DAY)
    return {
        "id": uuid_column(ids),
        "tenant_id": uuid_column(np.repeat(who.tenants, models, axis=0)),
        "provider": text_column([entry[0] for entry in MODELS], model),
        "model": text_column([entry[1] for entry in MODELS], model),
        "prompt_template": same("Write {count} questions about the transcript below.", len(model)),
        "parameters": text_column(['{"temperature": 0.4}', '{"temperature": 0.2}'], model),
        "input_price_jpy": number_column(np.array([entry[2] for entry in MODELS])[model]),
        "output_price_jpy": number_column(np.array([entry[3] for entry in MODELS])[model]),
        "monthly_limit_jpy": number_column(np.full(len(model), 20_000.0)),
        "created_at": time_column(created),
        "updated_at": time_column(created),
    }, ids.reshape(tenants, models, 16)


def job_columns(spec: Spec, who: People, content: Content, done: Jobs, configured: np.ndarray) -> dict[str, pa.Array]:
    """The jobs."""
    rng = spec.rng("job columns")
    count = len(done.ids)
    teacher = np.array([rng.choice(who.staff(tenant, "teacher")) for tenant in done.tenant])
    failures = pick(rng, count, (45, 30, 15, 10))
    return {
        "id": uuid_column(done.ids),
        "tenant_id": uuid_column(who.tenants[done.tenant]),
        "video_id": uuid_column(content.videos[done.video]),
        "configuration_id": uuid_column(configured[done.tenant, done.model]),
        "requested_by": uuid_column(who.ids[teacher]),
        "status": text_column(STATUSES, done.status),
        "requested_count": number_column(done.made + rng.integers(0, 3, count) + (done.made == 0)),
        "generated_count": number_column(done.made),
        "error_message": text_column(texts.FAILURES, failures, done.status == FAILED),
        "requested_at": time_column(done.start),
        "finished_at": time_column(done.end),
    }


def generated(who: People, asked: Questions, done: Jobs) -> dict[str, pa.Array]:
    """Which job made which question."""
    return {
        "tenant_id": uuid_column(who.tenants[done.tenant[done.maker]]),
        "job_id": uuid_column(done.ids[done.maker]),
        "question_id": uuid_column(asked.ids[done.question]),
    }


def usage(spec: Spec, who: People, done: Jobs, configured: np.ndarray) -> dict[str, pa.Array]:
    """One to three calls a job; the last call of a failed job is the one that failed. One price in a hundred is not known."""
    rng = spec.rng("usage")
    job, place = ordinals(1 + pick(rng, len(done.ids), (60, 30, 10)))
    count = len(job)
    last = place == np.bincount(job)[job] - 1
    failed = (done.status[job] == FAILED) & last
    time = done.start[job] + ((done.end - done.start)[job] * (place + 0.5) / (np.bincount(job)[job] + 0.5)).astype(np.int64)
    tokens = [np.clip(rng.lognormal(np.log(middle), 0.4, count), 50, 30_000).astype(int) for middle in (5200, 900)]
    prices = np.array([entry[2:] for entry in MODELS])[done.model[job]]
    cost = np.round(tokens[0] * prices[:, 0] + tokens[1] * prices[:, 1], 6)
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "tenant_id": uuid_column(who.tenants[done.tenant[job]]),
        "configuration_id": uuid_column(configured[done.tenant[job], done.model[job]]),
        "job_id": uuid_column(done.ids[job]),
        "input_tokens": number_column(tokens[0]),
        "output_tokens": number_column(np.where(failed, 0, tokens[1])),
        "cost_jpy": number_column(cost, ~failed & (rng.random(count) >= 0.01)),
        "latency_ms": number_column(np.round(rng.lognormal(np.log(4200), 0.5, count), 3), ~failed),
        "error_code": text_column(texts.FAILURES, pick(rng, count, (45, 30, 15, 10)), failed),
        "occurred_at": time_column(time),
        "recorded_at": time_column(time + SECOND),
    }


def notifications(spec: Spec, who: People, content: Content, done: Jobs, plan: Plan) -> dict[str, pa.Array]:
    """Alerts: a tenant fewer come from, jobs that failed, videos that could not be processed, and what befell the servers."""
    rng = spec.rng("notifications")
    kinds = ("engagement_drop", "ai_generation_failure", "video_processing_error", "replication_lag", "disk_space", "query_timeout",
             "database_connection_failure")  # fmt: skip
    failed = np.flatnonzero((done.status == FAILED) & (done.start >= plan.whole.start))
    broken = np.flatnonzero(content.failed)
    tenant = np.concatenate([[3], done.tenant[failed], content.video_tenant[broken], np.full(4, -1)])
    kind = np.concatenate([[0], np.ones(len(failed), int), np.full(len(broken), 2), np.arange(3, 7)])
    at = np.concatenate([[plan.left.start + 3 * DAY], done.end[failed] + MINUTE,
                         spread(rng, plan.whole.start, plan.whole.end - 2 * DAY, len(broken) + 4)])  # fmt: skip
    known = tenant >= 0
    admins = np.array([who.staff(one, "admin")[0] for one in range(len(who.tenants))])
    taken = known & (rng.random(len(kind)) < 0.6) & (at < plan.whole.end - 2 * DAY)
    titles = ("Fewer than half as many learners as the week before", "A question job failed", "A video could not be processed",
              "The replica lags by more than a minute", "Less than a tenth of the disk is free", "Queries take longer than they may",
              "The database could not be reached")  # fmt: skip
    return {
        "id": uuid_column(keys(spec, rng, len(kind))),
        "tenant_id": uuid_column(who.tenants[np.maximum(tenant, 0)], known),
        "kind": text_column(kinds, kind),
        "severity": text_column(("business", "critical"), (kind > 2).astype(int)),
        "title": text_column(titles, kind),
        "created_at": time_column(at),
        "acknowledged_at": time_column(at + spread(rng, 10 * MINUTE, 20 * HOUR, len(kind)), taken),
        "acknowledged_by": uuid_column(who.ids[admins[np.maximum(tenant, 0)]], taken),
    }
