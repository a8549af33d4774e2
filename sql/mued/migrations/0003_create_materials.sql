-- One row per teaching material: a score, a recording, an article, an exercise.

create table mued.materials (
    id uuid primary key default gen_random_uuid(),
    created_by uuid,
    title text not null,
    description text,
    kind text not null,
    instrument text,
    difficulty smallint,
    tags text[] not null default '{}',
    license text,
    source text not null default 'local',
    source_uri text,
    estimated_minutes integer,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint materials_title_filled check (length(title) between 1 and 500),
    constraint materials_kind_known check (kind in ('score', 'audio', 'video', 'article', 'exercise')),
    constraint materials_difficulty_range check (difficulty between 1 and 5),
    constraint materials_tags_filled check (array_position(tags, null) is null),
    constraint materials_minutes_range check (estimated_minutes > 0),
    constraint materials_license_known check (license in (
        'cc_by', 'cc_by_sa', 'cc_by_nc', 'cc_by_nc_sa', 'proprietary', 'mit', 'apache_2_0', 'all_rights_reserved', 'public_domain'
    )),
    constraint fk_materials_created_by foreign key (created_by) references mued.users (id) on delete set null
);
create index idx_materials_created_by on mued.materials (created_by);
create index idx_materials_public on mued.materials (kind, created_at) where is_public;
create index idx_materials_tags on mued.materials using gin (tags);

create trigger keep_updated_at before update on mued.materials
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.materials to workbench_loader;
grant select on mued.materials to workbench_reader, workbench_identified;

comment on table mued.materials is 'Teaching materials with their licence and tags; their lineage is in provenance.';
comment on column mued.materials.id is 'Identity of the material.';
comment on column mued.materials.created_by is 'Who added it; empty after that person was erased.';
comment on column mued.materials.title is 'Title.';
comment on column mued.materials.description is 'What it is for.';
comment on column mued.materials.kind is 'score, audio, video, article or exercise.';
comment on column mued.materials.instrument is 'Instrument it is written for.';
comment on column mued.materials.difficulty is 'Difficulty from 1 (first steps) to 5 (concert).';
comment on column mued.materials.tags is 'Free tags, searched through an index.';
comment on column mued.materials.license is 'Licence, in the labels of license_type; empty when nobody stated one.';
comment on column mued.materials.source is 'Content source it came from: plugin_registry.source.';
comment on column mued.materials.source_uri is 'Address at that source.';
comment on column mued.materials.estimated_minutes is 'Minutes of work expected.';
comment on column mued.materials.is_public is 'True: every account may see it; false: its author and the learners it is assigned to.';
comment on column mued.materials.created_at is 'When it was added.';
comment on column mued.materials.updated_at is 'Last change of the row.';
