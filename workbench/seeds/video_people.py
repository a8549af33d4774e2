"""Tenants of video's simulated platform, the accounts in them, and how eager, able and equipped each student is."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import DAY, HOUR, keys, masked, midnight, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.video_plan import LEAVER, Plan

ROLES = ("student", "teacher", "admin")
DEVICE_SHARES = (44, 36, 17, 3)
GRACE = 30  # days from the closing of an account to its erasure


@dataclass(frozen=True)
class People:
    """Accounts, students first; `tenant` is a position among the tenants."""

    tenants: np.ndarray  # keys
    ids: np.ndarray
    tenant: np.ndarray
    role: np.ndarray
    students: int
    joined: np.ndarray
    left: np.ndarray  # when a student loses interest
    eagerness: np.ndarray  # chance of learning on an ordinary day
    ability: np.ndarray
    device: np.ndarray  # the one used mostly

    def staff(self, tenant: int, role: str) -> np.ndarray:
        """Positions of those with a role in a tenant."""
        return np.flatnonzero((self.tenant == tenant) & (self.role == ROLES.index(role)))


def people(spec: Spec, plan: Plan) -> People:
    """Who there is. Every tenant has students, teachers by their number and at least one administrator."""
    rng = spec.rng("people")
    shares = np.array([entry[3] for entry in texts.TENANTS], float)
    members = np.floor(spec.learners * shares / shares.sum()).astype(int)
    members[0] += spec.learners - members.sum()
    teachers, admins = np.maximum(2, members // 25), np.where(members > 100, 2, 1)
    tenant = np.concatenate([np.repeat(np.arange(len(shares)), counts) for counts in (members, teachers, admins)])
    role = np.repeat(np.arange(3), [members.sum(), teachers.sum(), admins.sum()])
    count, students = len(tenant), spec.learners
    early = rng.random(students) < 0.7
    joined = plan.whole.start - spread(rng, 100 * DAY, 400 * DAY, count)
    later = plan.whole.start + (rng.random(students) ** 0.8 * (spec.days - 20)).astype(np.int64) * DAY + 9 * HOUR
    joined[:students] = np.where(early, plan.whole.start - spread(rng, 0, 90 * DAY, students), later)
    return People(
        tenants=keys(spec, rng, len(shares)), ids=keys(spec, rng, count), tenant=tenant, role=role, students=students, joined=joined,
        left=np.maximum(joined[:students], plan.whole.start) + (rng.weibull(1.1, students) * 140 * DAY).astype(np.int64),
        eagerness=np.where(rng.random(students) < 0.03, 0.0, 0.05 + 0.55 * rng.beta(2, 2.4, students)),
        ability=rng.normal(0.7, 1.0, students), device=pick(rng, students, DEVICE_SHARES),
    )  # fmt: skip


def tenants(who: People, plan: Plan) -> dict[str, pa.Array]:
    """The tenants; the one that leaves is closed."""
    count = len(texts.TENANTS)
    created = plan.whole.start - (np.arange(count)[::-1] + 2) * 100 * DAY
    gone = np.arange(count) == LEAVER
    return {
        "id": uuid_column(who.tenants),
        "slug": pa.array([entry[0] for entry in texts.TENANTS]),
        "name": pa.array([entry[1] for entry in texts.TENANTS]),
        "status": text_column(("active", "closed"), gone.astype(int)),
        "settings": text_column(['{"grading": "best"}', '{"grading": "best", "captions": true}'], np.arange(count) % 2),
        "time_zone": pa.array([entry[2] for entry in texts.TENANTS]),
        "created_at": time_column(created),
        "updated_at": time_column(np.where(gone, plan.left.start, created)),
    }


def grade_scales(who: People) -> dict[str, pa.Array]:
    """The same five letters for every tenant."""
    place = np.tile(np.arange(len(texts.SCALE)), len(who.tenants))
    return {
        "tenant_id": uuid_column(np.repeat(who.tenants, len(texts.SCALE), axis=0)),
        "letter": text_column([letter for letter, _ in texts.SCALE], place),
        "lowest_percentage": number_column(np.array([lowest for _, lowest in texts.SCALE])[place]),
    }


def closings(spec: Spec, last_seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When each student closed the account, five days after the last sitting (0: not at all), and whether it has been erased since."""
    chosen = (last_seen > 0) & (spec.rng("closings").random(len(last_seen)) < 0.03)
    closed = np.where(chosen & (last_seen < last_seen.max(initial=0) - 20 * DAY), last_seen + 5 * DAY, 0)
    return closed, (closed > 0) & (closed + GRACE * DAY < midnight(spec.end))


def users(spec: Spec, who: People, last_seen: np.ndarray) -> dict[str, pa.Array]:
    """The accounts. `last_seen` is the last sitting of each student, 0 for none. Nothing personal is left of those that were erased."""
    rng = spec.rng("users")
    count = len(who.ids)
    japanese = np.array([entry[4] for entry in texts.TENANTS])[who.tenant]
    seen, closed, erased = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, bool)
    seen[: who.students] = last_seen
    closed[: who.students], erased[: who.students] = closings(spec, last_seen)
    gone = closed > 0
    address = [
        f"{'erased-' if blank else ''}{ROLES[role]}{n + 1:05d}" for n, (role, blank) in enumerate(zip(who.role, erased, strict=True))
    ]
    preferences = [f'{{"theme": "{theme}", "speed": {speed}}}' for theme in ("light", "dark") for speed in (1.0, 1.25, 1.5)]
    return {
        "id": uuid_column(who.ids),
        "tenant_id": uuid_column(who.tenants[who.tenant]),
        "email": pa.array([f"{name}@{'erased' if blank else 'seed'}.invalid" for name, blank in zip(address, erased, strict=True)]),
        "display_name": pa.compute.if_else(pa.array(erased), "", _names(rng, japanese)),
        "role": text_column(ROLES, who.role),
        "preferences": text_column(["{}", *preferences], np.where(erased, 0, 1 + rng.integers(0, len(preferences), count))),
        "is_active": number_column(~gone),
        "last_login_at": time_column(seen, seen > 0),
        "deleted_at": masked(time_column(closed), gone),
        "created_at": time_column(who.joined),
        "updated_at": time_column(np.where(gone, closed, np.maximum(seen, who.joined))),
    }


def _names(rng: np.random.Generator, japanese: np.ndarray) -> pa.Array:
    eastern = [f"{family} {given}" for family in texts.FAMILY_JA for given in texts.GIVEN_JA]
    western = [f"{given} {family}" for given in texts.GIVEN_EN for family in texts.FAMILY_EN]
    count = len(japanese)
    some = text_column(western, rng.integers(0, len(western), count))
    return pa.compute.if_else(pa.array(japanese), text_column(eastern, rng.integers(0, len(eastern), count)), some)
