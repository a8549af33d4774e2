-- One row per account: students, mentors and administrators of the music school.
-- The trigger function kept here serves every later table that has an updated_at.

create extension if not exists btree_gist with schema public;
create extension if not exists pg_trgm with schema public;

grant usage on schema mued to workbench_loader, workbench_reader, workbench_identified;

create function mued.keep_updated_at() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- A writer that states updated_at itself (an import, a back-fill) is believed.
    if new.updated_at is not distinct from old.updated_at then
        new.updated_at := now();
    end if;
    return new;
end
$$;
revoke execute on function mued.keep_updated_at() from public;
comment on function mued.keep_updated_at() is 'Sets updated_at on an update that does not state it.';

create table mued.users (
    id uuid primary key default gen_random_uuid(),
    email text not null,
    password_hash text,
    display_name text not null,
    role text not null default 'student',
    mentor_id uuid,
    instrument text,
    locale text not null default 'ja',
    time_zone text not null default 'Asia/Tokyo',
    is_active boolean not null default true,
    last_login_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_email_form check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    constraint users_role_known check (role in ('student', 'mentor', 'admin')),
    constraint users_not_own_mentor check (mentor_id <> id),
    constraint users_deleted_after_created check (deleted_at >= created_at),
    constraint users_deleted_is_inactive check (deleted_at is null or not is_active),
    constraint fk_users_mentor foreign key (mentor_id) references mued.users (id) on delete set null
);

create unique index idx_users_email on mued.users (lower(email));
create index idx_users_mentor on mued.users (mentor_id) where mentor_id is not null;
create index idx_users_created on mued.users (created_at);

create trigger keep_updated_at before update on mued.users
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.users to workbench_loader;
grant select (
    id, role, mentor_id, instrument, locale, time_zone, is_active, last_login_at, deleted_at, created_at, updated_at
) on mued.users to workbench_reader, workbench_identified;
grant select (email, display_name) on mued.users to workbench_identified;

comment on table mued.users is 'Accounts: one row per student, mentor or administrator.';
comment on column mued.users.id is 'Identity of the account.';
comment on column mued.users.email is 'Personal: e-mail address, unique without regard to case.';
comment on column mued.users.password_hash is 'Personal: hash of the password, empty with external sign-in; no reading role sees it.';
comment on column mued.users.display_name is 'Personal: name shown to mentors and students.';
comment on column mued.users.role is 'student, mentor or admin.';
comment on column mued.users.mentor_id is 'Mentor assigned to a student; what the student shares with a mentor is shared with this one and with those who teach them.';
comment on column mued.users.instrument is 'Main instrument.';
comment on column mued.users.locale is 'Language of the user interface, for instance ja or en.';
comment on column mued.users.time_zone is 'IANA time zone of the account.';
comment on column mued.users.is_active is 'False: the account cannot act, its rows stay.';
comment on column mued.users.last_login_at is 'Last sign-in.';
comment on column mued.users.deleted_at is 'When the account was closed by its owner; erasure follows.';
comment on column mued.users.created_at is 'When the account was made: the day the learner joined.';
comment on column mued.users.updated_at is 'Last change of the row.';
