"""The catalogue fingerprint sees every change that matters, names it, and sees nothing in what does not matter."""

import pytest

from workbench import fingerprint

PROBE = """
create schema probe authorization workbench_owner;
set local role workbench_owner;
create type probe.mood as enum ('calm', 'brisk');
create domain probe.ratio as double precision check (value between 0 and 1);
create table probe.piece (
    id uuid primary key default gen_random_uuid(),
    title text not null default 'untitled',
    mood probe.mood,
    tempo integer check (tempo > 0),
    half integer generated always as (tempo / 2) stored,
    number bigint generated always as identity
);
create table probe.take (
    id integer primary key,
    piece_id uuid constraint take_piece references probe.piece (id) on delete cascade,
    made_at timestamptz not null
);
create index take_made on probe.take (made_at) where made_at is not null;
create statistics probe.take_both on id, made_at from probe.take;
create sequence probe.counter increment 2;
create view probe.titles as select id, title from probe.piece;
create materialized view probe.moods as select mood, count(*) as pieces from probe.piece group by mood;
create function probe.double(x integer) returns integer language sql immutable as 'select x * 2';
create function probe.note() returns trigger language plpgsql as 'begin return new; end';
create trigger piece_note before update on probe.piece for each row execute function probe.note();
alter table probe.piece enable row level security;
alter table probe.piece force row level security;
create policy piece_all on probe.piece to workbench_owner, workbench_reader using (true) with check (true);
create table probe.event (id bigint, at timestamptz not null) partition by range (at);
create table probe.event_default partition of probe.event default;
create table probe.hashed (id uuid not null) partition by hash (id);
create table probe.hashed_0 partition of probe.hashed for values with (modulus 2, remainder 0);
grant usage on schema probe to workbench_reader;
grant select on probe.take to workbench_reader;
grant select (id, title) on probe.piece to workbench_reader;
grant execute on function probe.double(integer) to workbench_reader;
alter default privileges in schema probe grant select on tables to workbench_reader;
comment on table probe.piece is 'Pieces';
comment on column probe.piece.title is 'Title';
comment on function probe.double(integer) is 'Doubles';
comment on index probe.take_made is 'By time';
reset role;
"""


@pytest.fixture
def probe(connection):
    """A schema with one of everything, gone after the test."""
    for statement in filter(str.strip, PROBE.replace("begin return new; end", "begin return new~ end").split(";")):
        connection.exec_driver_sql(statement.replace("~", ";"))
    return connection


def changes(connection, *statements: str) -> set[tuple[str, str]]:
    before = fingerprint.take(connection, "probe")
    for statement in statements:
        connection.exec_driver_sql(statement)
    return {(drift.kind, drift.object) for drift in fingerprint.compare("probe", before, fingerprint.take(connection, "probe"))}


MUTATIONS = {
    "a forgotten index": ("drop index probe.take_made", "missing", "index probe.take_made"),
    "an extra index": ("create index extra on probe.take (piece_id)", "unexpected", "index probe.extra"),
    "an index without its condition": (
        "drop index probe.take_made; create index take_made on probe.take (made_at)",
        "different",
        "index probe.take_made",
    ),
    "a forgotten enum": ("create type probe.left_behind as enum ('a')", "unexpected", "enum probe.left_behind"),
    "an extra label": ("alter type probe.mood add value 'wild'", "different", "enum probe.mood"),
    "labels in another order": ("alter type probe.mood add value 'wild' before 'calm'", "different", "enum probe.mood"),
    "a widened domain": (
        "alter domain probe.ratio drop constraint ratio_check",
        "missing",
        "domain constraint ratio_check on probe.ratio",
    ),
    "a dropped policy": ("drop policy piece_all on probe.piece", "missing", "policy piece_all on probe.piece"),
    "a policy for fewer roles": (
        "alter policy piece_all on probe.piece to workbench_owner",
        "different",
        "policy piece_all on probe.piece",
    ),
    "a wider policy": ("alter policy piece_all on probe.piece using (title <> '')", "different", "policy piece_all on probe.piece"),
    "row security off": ("alter table probe.piece disable row level security", "different", "table probe.piece"),
    "row security not forced": ("alter table probe.piece no force row level security", "different", "table probe.piece"),
    "a changed default": ("alter table probe.piece alter title set default 'Opus 1'", "different", "table column probe.piece.title"),
    "a lost NOT NULL": ("alter table probe.piece alter title drop not null", "different", "table column probe.piece.title"),
    "another type": ("alter table probe.take alter id type bigint", "different", "table column probe.take.id"),
    "another collation": (
        'alter table probe.take add c text; alter table probe.take alter c type text collate "C"',
        "unexpected",
        "table column probe.take.c",
    ),
    "an identity by default": (
        "alter table probe.piece alter number set generated by default",
        "different",
        "table column probe.piece.number",
    ),
    "a generated column no more": ("alter table probe.piece alter half drop expression", "different", "table column probe.piece.half"),
    "other storage": ("alter table probe.piece alter title set storage external", "different", "table column probe.piece.title"),
    "a lost check": (
        "alter table probe.piece drop constraint piece_tempo_check",
        "missing",
        "table constraint piece_tempo_check on probe.piece",
    ),
    "another ON DELETE": (
        "alter table probe.take drop constraint take_piece; "
        "alter table probe.take add constraint take_piece foreign key (piece_id) references probe.piece (id)",
        "different",
        "table constraint take_piece on probe.take",
    ),
    "a changed function body": (
        "create or replace function probe.double(x integer) returns integer language sql immutable as 'select x + x + 1'",
        "different",
        "function probe.double(integer)",
    ),
    "a function run as its owner": ("alter function probe.double(integer) security definer", "different", "function probe.double(integer)"),
    "an extra trigger": (
        "create trigger extra after insert on probe.take for each row execute function probe.note()",
        "unexpected",
        "trigger extra on probe.take",
    ),
    "a disabled trigger": ("alter table probe.piece disable trigger piece_note", "different", "trigger piece_note on probe.piece"),
    "an extra rule": ("create rule extra as on delete to probe.take do instead nothing", "unexpected", "rule extra on probe.take"),
    "a changed view": (
        "create or replace view probe.titles as select id, upper(title) as title from probe.piece",
        "different",
        "view probe.titles",
    ),
    "a view with other rights": ("alter view probe.titles set (security_invoker = true)", "different", "view probe.titles"),
    "a forgotten materialized view": ("drop materialized view probe.moods", "missing", "materialized view probe.moods"),
    "another sequence": ("alter sequence probe.counter increment 3", "different", "settings of sequence probe.counter"),
    "lost statistics": ("drop statistics probe.take_both", "missing", "statistics object probe.take_both"),
    "a lost table grant": ("revoke select on probe.take from workbench_reader", "missing", "grant on table probe.take to workbench_reader"),
    "an extra privilege": ("grant delete on probe.take to workbench_reader", "different", "grant on table probe.take to workbench_reader"),
    "a grant option": (
        "grant select on probe.take to workbench_reader with grant option",
        "different",
        "grant on table probe.take to workbench_reader",
    ),
    "a lost column grant": (
        "revoke select (title) on probe.piece from workbench_reader",
        "missing",
        "grant on table column probe.piece.title to workbench_reader",
    ),
    "a lost schema grant": ("revoke usage on schema probe from workbench_reader", "missing", "grant on schema probe to workbench_reader"),
    "a lost function grant": (
        "revoke execute on function probe.double(integer) from workbench_reader",
        "missing",
        "grant on function probe.double(integer) to workbench_reader",
    ),
    "a function closed to the public": (
        "revoke execute on function probe.double(integer) from public",
        "missing",
        "grant on function probe.double(integer) to public",
    ),
    "other default privileges": (
        "alter default privileges for role workbench_owner in schema probe revoke select on tables from workbench_reader",
        "missing",
        "grant on new tables of workbench_owner in schema probe to workbench_reader",
    ),
    "another owner": ("alter table probe.take owner to session_user", "different", "table probe.take"),
    "a missing comment": ("comment on column probe.piece.title is null", "missing", "comment on table column probe.piece.title"),
    "another comment": ("comment on table probe.piece is 'Tracks'", "different", "comment on table probe.piece"),
    "a missing index comment": ("comment on index probe.take_made is null", "missing", "comment on index probe.take_made"),
    "a missing function comment": (
        "comment on function probe.double(integer) is null",
        "missing",
        "comment on function probe.double(integer)",
    ),
    "a lost DEFAULT partition": ("drop table probe.event_default", "missing", "table probe.event_default"),
    "another hash partition": (
        "create table probe.hashed_1 partition of probe.hashed for values with (modulus 2, remainder 1)",
        "unexpected",
        "table probe.hashed_1",
    ),
    "a partition that is no month": (
        "create table probe.event_2026_01 partition of probe.event for values from ('2026-01-01') to ('2026-01-15')",
        "unexpected",
        "table probe.event_2026_01",
    ),
    "an unlogged table": ("alter table probe.take set unlogged", "different", "table probe.take"),
    "another storage parameter": ("alter table probe.take set (fillfactor = 70)", "different", "table probe.take"),
    "another replica identity": ("alter table probe.take replica identity full", "different", "table probe.take"),
    "an extension": ("create extension hstore schema probe", "unexpected", "extension hstore"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_it_sees(probe, name):
    statements, kind, object_ = MUTATIONS[name]
    assert (kind, object_) in changes(probe, statements)


INDIFFERENT = {
    "the order of columns": (
        "alter table probe.take drop constraint take_piece",
        "alter table probe.take drop column piece_id",
        "drop index probe.take_made",
        "drop statistics probe.take_both",
        "alter table probe.take drop column made_at",
        "alter table probe.take add made_at timestamptz not null, add piece_id uuid",
        "alter table probe.take add constraint take_piece foreign key (piece_id) references probe.piece (id) on delete cascade",
        "create index take_made on probe.take (made_at) where made_at is not null",
        "create statistics probe.take_both on id, made_at from probe.take",
        "comment on index probe.take_made is 'By time'",
    ),
    "rows": (
        "insert into probe.piece (id, tempo) values (gen_random_uuid(), 60)",
        "refresh materialized view probe.moods",
        "select nextval('probe.counter')",
    ),
    "statistics and rewritten files": ("analyze probe.piece", "truncate probe.take", "reindex table probe.take"),
    "the settings of the session": ("set local search_path = probe", "set local timezone = 'Asia/Tokyo'", "set local datestyle = 'German'"),
    "a month partition": ("create table probe.event_2026_01 partition of probe.event for values from ('2026-01-01') to ('2026-02-01')",),
    "a month partition by its other name": (
        "create table probe.event_y2026m12 partition of probe.event for values from ('2026-12-01') to ('2027-01-01')",
        "create index on probe.event_y2026m12 (id)",
        "grant select on probe.event_y2026m12 to workbench_loader",
        "comment on table probe.event_y2026m12 is 'December'",
    ),
    "an object number": (
        "drop view probe.titles",
        "create view probe.titles as select id, title from probe.piece",
        "alter view probe.titles owner to workbench_owner",
    ),
    "a grant said in another order": (
        "revoke all on probe.take from workbench_reader, workbench_owner",
        "grant all on probe.take to workbench_owner",
        "grant select on probe.take to workbench_reader",
    ),
}


@pytest.mark.parametrize("name", INDIFFERENT)
def test_it_does_not_mind(probe, name):
    assert changes(probe, *INDIFFERENT[name]) == set()


def test_a_months_bounds_are_read_in_utc_whatever_the_session_says(probe):
    probe.exec_driver_sql("set local timezone = 'America/New_York'")
    monthly = "create table probe.event_2026_03 partition of probe.event for values from ('2026-03-01 00:00+00') to ('2026-04-01 00:00+00')"
    assert changes(probe, monthly) == set()
    local = "create table probe.event_2026_05 partition of probe.event for values from ('2026-05-01') to ('2026-06-01')"
    assert ("unexpected", "table probe.event_2026_05") in changes(probe, local)


def test_constraints_on_month_partitions_of_a_referenced_table_do_not_show(probe):
    probe.exec_driver_sql("alter table probe.event add primary key (id, at)")
    probe.exec_driver_sql("create table probe.reply (id bigint, event_id bigint, event_at timestamptz)")
    probe.exec_driver_sql("alter table probe.reply add foreign key (event_id, event_at) references probe.event (id, at)")
    assert (
        changes(probe, "create table probe.event_2026_01 partition of probe.event for values from ('2026-01-01') to ('2026-02-01')")
        == set()
    )


def test_fact_views_and_touch_triggers_count_at_rest_only(probe):
    view = "create view probe.fact_take as select id from probe.take"
    trigger = (
        "create trigger touch_take after insert on probe.take referencing new table as changed_rows "
        "for each statement execute function marts.touch_days('fact_take', 'made_at')"
    )
    before = fingerprint.take(probe, "probe", derived=False)
    comment = "comment on trigger touch_take on probe.take is 'Notes days'"
    seen = changes(probe, view, trigger, comment, "comment on view probe.fact_take is 'Takes'")
    assert {"view probe.fact_take", "view column probe.fact_take.id", "trigger touch_take on probe.take"} <= {name for _, name in seen}
    assert fingerprint.take(probe, "probe", derived=False) == before


def test_a_schema_that_is_not_there_has_an_empty_fingerprint(connection):
    assert fingerprint.take(connection, "nowhere") == {}


def test_taking_it_leaves_settings_and_transaction_of_the_session_alone(connection):
    connection.exec_driver_sql("set local search_path = marts")
    connection.exec_driver_sql("create temporary table kept (x int)")
    fingerprint.take(connection, "marts")
    assert connection.exec_driver_sql("show search_path").scalar() == "marts"
    assert connection.exec_driver_sql("select count(*) from kept").scalar() == 0


def test_every_difference_has_its_definitions(probe):
    before = fingerprint.take(probe, "probe")
    probe.exec_driver_sql("alter table probe.piece alter title set default 'Opus 1'")
    (drift,) = fingerprint.compare("probe", before, fingerprint.take(probe, "probe"))
    assert drift.as_dict() == {
        "platform": "probe",
        "kind": "different",
        "object": "table column probe.piece.title",
        "expected": "text not null default 'untitled'::text",
        "found": "text not null default 'Opus 1'::text",
    }
