-- One row per free-text note of a learner about practice, a lesson or their music.

create table mued.log_entries (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null,
    kind text not null default 'note',
    title text,
    content text not null,
    language text not null default 'ja',
    entity_type text,
    entity_id uuid,
    tags text[] not null default '{}',
    mood smallint,
    duration_minutes integer,
    metadata jsonb not null default '{}',
    is_public boolean not null default false,
    shared_with_mentor boolean not null default false,
    logged_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint log_entries_kind_known check (kind in ('note', 'practice', 'lesson', 'reflection', 'idea')),
    constraint log_entries_content_filled check (length(content) between 1 and 100000),
    constraint log_entries_entity_known check (entity_type in ('session', 'reservation', 'material', 'dialogue')),
    constraint log_entries_entity_whole check ((entity_type is null) = (entity_id is null)),
    constraint log_entries_mood_range check (mood between 1 and 5),
    constraint log_entries_duration_range check (duration_minutes between 0 and 1440),
    constraint log_entries_metadata_shape check (jsonb_typeof(metadata) = 'object'),
    constraint fk_log_entries_user foreign key (user_id) references mued.users (id) on delete cascade
);
create index idx_log_entries_user on mued.log_entries (user_id, logged_at desc);
create index idx_log_entries_logged on mued.log_entries (logged_at);
create index idx_log_entries_entity on mued.log_entries (entity_type, entity_id) where entity_id is not null;
create index idx_log_entries_public on mued.log_entries (logged_at) where is_public;
create index idx_log_entries_tags on mued.log_entries using gin (tags);
create index idx_log_entries_metadata on mued.log_entries using gin (metadata jsonb_path_ops);

-- Trigrams find Japanese text too. The extension may lie in a schema of the administrator's choice.
do $$
begin
    execute (
        select format('create index idx_log_entries_content on mued.log_entries using gin (content %I.gin_trgm_ops)', nspname)
        from pg_catalog.pg_extension join pg_catalog.pg_namespace on pg_namespace.oid = extnamespace
        where extname = 'pg_trgm'
    );
end
$$;

create trigger keep_updated_at before update on mued.log_entries
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.log_entries to workbench_loader;
grant select (
    id, user_id, kind, language, entity_type, entity_id, tags, mood, duration_minutes, is_public, shared_with_mentor,
    logged_at, recorded_at, updated_at
) on mued.log_entries to workbench_reader, workbench_identified;

comment on table mued.log_entries is 'Free-text log of learners.';
comment on column mued.log_entries.id is 'Identity of the entry.';
comment on column mued.log_entries.user_id is 'Who wrote it.';
comment on column mued.log_entries.kind is 'note, practice, lesson, reflection or idea.';
comment on column mued.log_entries.title is 'Personal: title.';
comment on column mued.log_entries.content is 'Personal: text of the entry.';
comment on column mued.log_entries.language is 'Language of the text, for instance ja or en.';
comment on column mued.log_entries.entity_type is 'Kind of thing it is about: session, reservation, material or dialogue.';
comment on column mued.log_entries.entity_id is 'Polymorphic: the row entity_type names; no foreign key holds it.';
comment on column mued.log_entries.tags is 'Tags.';
comment on column mued.log_entries.mood is 'How it went, 1 (badly) to 5 (well).';
comment on column mued.log_entries.duration_minutes is 'Minutes practised, for entries about practice.';
comment on column mued.log_entries.metadata is 'Personal: whatever the client adds, a JSON object.';
comment on column mued.log_entries.is_public is 'True: every account may read it.';
comment on column mued.log_entries.shared_with_mentor is 'True: the learner''s mentors may read it.';
comment on column mued.log_entries.logged_at is 'When it was written.';
comment on column mued.log_entries.recorded_at is 'When the row reached this database; later for entries written offline.';
comment on column mued.log_entries.updated_at is 'Last change of the row.';
