"""`db verify` against drifts made by hand in every platform: each is named, and nothing beside it."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from workbench import db, fingerprint, migrate
from workbench.migrating import preflight
from workbench.migrating.files import known_platforms

pytestmark = pytest.mark.xdist_group("drift")


def rewritten(function: str) -> str:
    """Replaces a function by one with another body, as somebody who patches it in place does."""
    changed = f"replace(pg_get_functiondef('{function}'::regprocedure), 'AS $function$', 'AS $function$ /* by hand */ ')"
    return f"do $do$ begin execute {changed}; end $do$"


NOT_VALID = """do $do$
declare
    definition text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'KEY' and conrelid = 'TABLE'::regclass);
begin
    alter table TABLE drop constraint KEY;
    execute 'alter table TABLE add constraint KEY ' || definition || ' not valid';
end $do$"""


def not_valid(table: str, constraint: str) -> str:
    """Makes a constraint anew without looking at the rows that are there."""
    return NOT_VALID.replace("TABLE", table).replace("KEY", constraint)


DRIFTS: dict[str, dict[str, tuple[str, list[str]]]] = {
    "mued": {
        "a dropped index": ("drop index mued.idx_plugin_enabled_healthy", ["missing index mued.idx_plugin_enabled_healthy"]),
        "an extra index": ("create index mine on mued.messages (sent_at)", ["unexpected index mued.mine"]),
        "a changed default": (
            "alter table mued.plugin_registry alter enabled set default false",
            ["different table column mued.plugin_registry.enabled"],
        ),
        "a lost NOT NULL": ("alter table mued.messages alter body drop not null", ["different table column mued.messages.body"]),
        "a dropped policy": ("drop policy own_select on mued.users", ["missing policy own_select on mued.users"]),
        "a wider policy": (
            "alter policy own_select on mued.learning_metrics using (true)",
            ["different policy own_select on mued.learning_metrics"],
        ),
        "an extra enum label": ("alter type mued.license_type add value 'cc0'", ["different enum mued.license_type"]),
        "a disabled trigger": (
            "alter table mued.subscriptions disable trigger keep_updated_at",
            ["different trigger keep_updated_at on mued.subscriptions"],
        ),
        "a changed function body": (rewritten("mued.app_user()"), ["different function mued.app_user()"]),
        "a missing comment": (
            "comment on column mued.plugin_registry.config is null",
            ["missing comment on table column mued.plugin_registry.config"],
        ),
        "a revoked grant": (
            "revoke select on mued.materials from workbench_reader",
            ["missing grant on table mued.materials to workbench_reader"],
        ),
        "a wider grant": (
            "grant select (config) on mued.plugin_registry to workbench_reader",
            ["unexpected grant on table column mued.plugin_registry.config to workbench_reader"],
        ),
        "a dropped constraint": (
            "alter table mued.plugin_registry drop constraint plugin_registry_version_form",
            ["missing table constraint plugin_registry_version_form on mued.plugin_registry"],
        ),
        "a constraint NOT VALID": (
            not_valid("mued.provenance", "provenance_retention_range"),
            ["different table constraint provenance_retention_range on mued.provenance"],
        ),
        "row security not forced": ("alter table mued.messages no force row level security", ["different table mued.messages"]),
        "a changed column type": (
            "alter table mued.session_analyses alter model type varchar(100)",
            ["different table column mued.session_analyses.model"],
        ),
        "an extra column": ("alter table mued.messages add mood text", ["unexpected table column mued.messages.mood"]),
        "a changed fact view": (
            "alter view mued.fact_session set (security_invoker = true)",
            ["different view mued.fact_session"],
        ),
    },
    "learning": {
        "a dropped index": ("drop index learning.idx_users_present", ["missing index learning.idx_users_present"]),
        "a changed default": (
            "alter table learning.study_materials alter status set default 'ready'",
            ["different table column learning.study_materials.status"],
        ),
        "a dropped policy": ("drop policy own_select on learning.audit_logs", ["missing policy own_select on learning.audit_logs"]),
        "an extra enum": (
            "create type learning.mood as enum ('calm')",
            ["unexpected enum learning.mood", *(f"unexpected grant on type learning.mood to {who}" for who in ("postgres", "public"))],
        ),
        "a disabled trigger": (
            "alter table learning.users disable trigger users_audit",
            ["different trigger users_audit on learning.users"],
        ),
        "a changed function body": (rewritten("learning.masked(jsonb)"), ["different function learning.masked(pg_catalog.jsonb)"]),
        "a missing comment": ("comment on table learning.users is null", ["missing comment on table learning.users"]),
        "a revoked grant": (
            "revoke insert on learning.user_feedback from workbench_loader",
            ["different grant on table learning.user_feedback to workbench_loader"],
        ),
        "a dropped constraint": (
            "alter table learning.user_feedback drop constraint user_feedback_rating_range",
            ["missing table constraint user_feedback_rating_range on learning.user_feedback"],
        ),
        "a constraint NOT VALID": (
            not_valid("learning.user_feedback", "user_feedback_interaction_whole"),
            ["different table constraint user_feedback_interaction_whole on learning.user_feedback"],
        ),
        "row security not forced": ("alter table learning.users no force row level security", ["different table learning.users"]),
        "a changed column type": (
            "alter table learning.study_materials alter source_url type text",
            ["different table column learning.study_materials.source_url"],
        ),
        "a partition that is no month": (
            "create table learning.audit_logs_week partition of learning.audit_logs for values from ('2031-01-01') to ('2031-01-08')",
            ["unexpected table learning.audit_logs_week", "unexpected *learning.audit_logs_week*"],
        ),
        "a lost DEFAULT": (
            "drop table learning.audit_logs_default",
            ["missing table learning.audit_logs_default", "missing *learning.audit_logs_default*"],
        ),
    },
    "drivemaster": {
        "a dropped index": ("drop index drivemaster.idx_concepts_parent", ["missing index drivemaster.idx_concepts_parent"]),
        "a changed default": (
            "alter table drivemaster.users alter plan set default 'premium'",
            ["different table column drivemaster.users.plan"],
        ),
        "a dropped policy": (
            "drop policy own_all on drivemaster.knowledge_states",
            ["missing policy own_all on drivemaster.knowledge_states"],
        ),
        "one more role that is allowed": (
            "alter table drivemaster.users drop constraint users_role_known; alter table drivemaster.users add constraint users_role_known "
            "check (role in ('learner', 'instructor', 'admin', 'guest'))",
            ["different table constraint users_role_known on drivemaster.users"],
        ),
        "a disabled trigger": (
            "alter table drivemaster.concepts disable trigger concepts_no_circle",
            ["different trigger concepts_no_circle on drivemaster.concepts"],
        ),
        "a changed function body": (rewritten("drivemaster.sees_all()"), ["different function drivemaster.sees_all()"]),
        "a function run as its caller": (
            "alter function drivemaster.app_user() security invoker",
            ["different function drivemaster.app_user()"],
        ),
        "a missing comment": (
            "comment on materialized view drivemaster.daily_practice is null",
            ["missing comment on materialized view drivemaster.daily_practice"],
        ),
        "a revoked grant": (
            "revoke execute on function drivemaster.refresh_summaries() from workbench_loader",
            ["missing grant on function drivemaster.refresh_summaries() to workbench_loader"],
        ),
        "a dropped constraint": (
            "alter table drivemaster.users drop constraint users_xp_range",
            ["missing table constraint users_xp_range on drivemaster.users"],
        ),
        "a constraint NOT VALID": (
            not_valid("drivemaster.concepts", "concepts_parent_fkey"),
            ["different table constraint concepts_parent_fkey on drivemaster.concepts"],
        ),
        "row security not forced": (
            "alter table drivemaster.learning_events no force row level security",
            ["different table drivemaster.learning_events"],
        ),
        "an extra column": ("alter table drivemaster.users add nickname text", ["unexpected table column drivemaster.users.nickname"]),
        "a partition detached": (
            "alter table drivemaster.knowledge_states detach partition drivemaster.knowledge_states_7",
            ["different table drivemaster.knowledge_states_7", "* drivemaster.knowledge_states_7*", "* on drivemaster.knowledge_states_7"],
        ),
    },
    "video": {
        "a dropped index": ("drop index video.idx_milestones_video_timestamp", ["missing index video.idx_milestones_video_timestamp"]),
        "a changed default": (
            "alter table video.tenants alter time_zone set default 'Asia/Tokyo'",
            ["different table column video.tenants.time_zone"],
        ),
        "a dropped policy": ("drop policy same_tenant on video.grade_scales", ["missing policy same_tenant on video.grade_scales"]),
        "a policy for everybody": (
            "alter policy same_tenant on video.ai_configurations to public",
            ["different policy same_tenant on video.ai_configurations"],
        ),
        "one more state that is allowed": (
            "alter table video.tenants drop constraint tenants_status_known; alter table video.tenants add constraint tenants_status_known "
            "check (status in ('active', 'suspended', 'closed', 'trial'))",
            ["different table constraint tenants_status_known on video.tenants"],
        ),
        "a disabled trigger": (
            "alter table video.grades disable trigger grades_letter",
            ["different trigger grades_letter on video.grades"],
        ),
        "a changed function body": (rewritten("video.app_tenant()"), ["different function video.app_tenant()"]),
        "a missing comment": (
            "comment on function video.keep_updated_at() is null",
            ["missing comment on function video.keep_updated_at()"],
        ),
        "a revoked grant": (
            "revoke select on video.tenants from workbench_identified",
            ["missing grant on table video.tenants to workbench_identified"],
        ),
        "a dropped constraint": (
            "alter table video.milestones drop constraint milestones_branch_elsewhere",
            ["missing table constraint milestones_branch_elsewhere on video.milestones"],
        ),
        "a constraint NOT VALID": (
            not_valid("video.question_reviews", "question_reviews_decision_known"),
            ["different table constraint question_reviews_decision_known on video.question_reviews"],
        ),
        "row security off": ("alter table video.grades disable row level security", ["different table video.grades"]),
        "a changed column type": (
            "alter table video.milestones alter retry_limit type bigint",
            ["different table column video.milestones.retry_limit"],
        ),
        "a partition that is no month": (
            "create table video.audit_logs_p2031_01 partition of video.audit_logs for values from ('2031-01-01') to ('2031-01-08')",
            ["unexpected table video.audit_logs_p2031_01", "unexpected *video.audit_logs_p2031_01*"],
        ),
    },
}
CASES = [(platform, what) for platform, drifts in DRIFTS.items() for what in drifts]
APART = [case for case in CASES if case[1].startswith(("a partition", "a lost DEFAULT"))]
"""Drifts of a partitioned table, of which one hides another, and whose names only a pattern tells."""


@pytest.fixture(scope="module")
def expected(shared_database: Any) -> dict[str, Any]:
    """Catalogues without any drift, of a set-up that `test_migrations_walk` really verifies."""
    with shared_database.connect() as connection:
        return {platform: fingerprint.take(connection, platform) for platform in known_platforms()}


@pytest.fixture
def built_once(expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_built", lambda raw, applied, names: {name: expected[name] for name in names})
    monkeypatch.setattr(preflight, "direct", db.raw)  # within the transaction of the test, which is rolled back


def break_(connection: Any, platform: str, what: str) -> list[str]:
    """Make a drift; what is to be found then."""
    statements, expected = DRIFTS[platform][what]
    for statement in [statements] if statements.startswith("do ") else statements.split("; "):
        connection.exec_driver_sql(statement)
    return expected


@pytest.mark.parametrize(("platform", "what"), APART, ids=[f"{platform}: {what}" for platform, what in APART])
def test_verify_names_the_drift_and_nothing_else(connection: Any, built_once: Any, platform: str, what: str) -> None:
    expected = break_(connection, platform, what)
    (result,) = migrate.verify(connection, platform)
    found = [f"{drift.kind} {drift.object}" for drift in result.drifts]
    assert all(any(fnmatchcase(name, pattern) for name in found) for pattern in expected), found
    assert all(any(fnmatchcase(name, pattern) for pattern in expected) for name in found), found


def test_all_others_at_once_in_a_database_that_is_really_verified(database: Any) -> None:
    """Committed, with the expected catalogue built for the occasion, over all platforms together: each drift, once, and nothing else."""
    with database.connect() as connection:
        wanted = {case: break_(connection, *case) for case in CASES if case not in APART}
        connection.commit()
        found = [f"{drift.kind} {drift.object}" for result in migrate.verify(connection) for drift in result.drifts]
    assert {case: names for case, names in wanted.items() if not set(names) <= set(found)} == {}, "not found"
    assert sorted(found) == sorted(name for names in wanted.values() for name in names)
    assert len(found) > 40
