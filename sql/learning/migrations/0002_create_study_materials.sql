-- One row per material (study_materials), per segment of it (content_chunks) and per asset generated from it (generated_assets).

create table learning.study_materials (
    id uuid default gen_random_uuid(),
    user_id uuid not null,
    title varchar(255) not null,
    description text,
    source_url varchar(1000),
    source_type varchar(50) not null,
    metadata jsonb,
    status varchar(20) not null default 'processing',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    content_length integer,
    difficulty_level varchar(20),
    subject_area varchar(100),
    tags text[],
    constraint study_materials_pkey primary key (id),
    constraint study_materials_user_id_fkey foreign key (user_id) references learning.users (id)
);
create index idx_study_materials_user_id on learning.study_materials (user_id);
create index idx_study_materials_status on learning.study_materials (status);
create index idx_study_materials_created_at on learning.study_materials (created_at);
create index idx_study_materials_subject_area on learning.study_materials (subject_area);
create index idx_study_materials_tags on learning.study_materials using gin (tags);
create index idx_study_materials_deleted_at on learning.study_materials (deleted_at);

grant select on learning.study_materials to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.study_materials to workbench_loader;

comment on table learning.study_materials is 'Learning materials uploaded or created by users';
comment on column learning.study_materials.id is 'Unique material identifier';
comment on column learning.study_materials.user_id is 'Owner user ID';
comment on column learning.study_materials.title is 'Material title';
comment on column learning.study_materials.description is 'Detailed description';
comment on column learning.study_materials.source_url is 'Original source URL';
comment on column learning.study_materials.source_type is 'Type of source (upload, url, text)';
comment on column learning.study_materials.metadata is 'Additional metadata';
comment on column learning.study_materials.status is 'Processing status';
comment on column learning.study_materials.created_at is 'Creation timestamp';
comment on column learning.study_materials.updated_at is 'Last update timestamp';
comment on column learning.study_materials.deleted_at is 'Soft delete timestamp';
comment on column learning.study_materials.content_length is 'Length in characters/words';
comment on column learning.study_materials.difficulty_level is 'Difficulty rating';
comment on column learning.study_materials.subject_area is 'Academic subject';
comment on column learning.study_materials.tags is 'Searchable tags';

create table learning.content_chunks (
    id uuid default gen_random_uuid(),
    study_material_id uuid not null,
    chunk_order integer not null,
    content text not null,
    chunk_type varchar(50) not null,
    metadata jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    word_count integer,
    language varchar(10),
    summary text,
    relevance_score double precision,
    constraint content_chunks_pkey primary key (id),
    constraint content_chunks_study_material_id_fkey foreign key (study_material_id) references learning.study_materials (id)
);
create index idx_content_chunks_study_material_id on learning.content_chunks (study_material_id);
create index idx_content_chunks_chunk_order on learning.content_chunks (study_material_id, chunk_order);
create index idx_content_chunks_chunk_type on learning.content_chunks (chunk_type);
create index idx_content_chunks_relevance_score on learning.content_chunks (relevance_score);
create index idx_content_chunks_language on learning.content_chunks (language);

grant select on learning.content_chunks to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.content_chunks to workbench_loader;

comment on table learning.content_chunks is 'Processed segments of study materials for targeted learning';
comment on column learning.content_chunks.id is 'Unique chunk identifier';
comment on column learning.content_chunks.study_material_id is 'Parent material ID';
comment on column learning.content_chunks.chunk_order is 'Sequential order within material';
comment on column learning.content_chunks.content is 'Chunk content';
comment on column learning.content_chunks.chunk_type is 'Type of content (paragraph, section, etc.)';
comment on column learning.content_chunks.metadata is 'Additional chunk metadata';
comment on column learning.content_chunks.created_at is 'Creation timestamp';
comment on column learning.content_chunks.updated_at is 'Last update timestamp';
comment on column learning.content_chunks.word_count is 'Number of words in chunk';
comment on column learning.content_chunks.language is 'Language code';
comment on column learning.content_chunks.summary is 'Auto-generated summary';
comment on column learning.content_chunks.relevance_score is 'ML relevance score (0-1)';

create table learning.generated_assets (
    id uuid default gen_random_uuid(),
    study_material_id uuid not null,
    content_chunk_id uuid,
    asset_type varchar(50) not null,
    content jsonb not null,
    metadata jsonb,
    generation_model varchar(100) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    status varchar(20) not null default 'ready',
    quality_score double precision,
    difficulty_level integer,
    generation_params jsonb,
    constraint generated_assets_pkey primary key (id),
    constraint generated_assets_study_material_id_fkey foreign key (study_material_id) references learning.study_materials (id),
    constraint generated_assets_content_chunk_id_fkey foreign key (content_chunk_id) references learning.content_chunks (id)
);
create index idx_generated_assets_study_material_id on learning.generated_assets (study_material_id);
create index idx_generated_assets_content_chunk_id on learning.generated_assets (content_chunk_id);
create index idx_generated_assets_asset_type on learning.generated_assets (asset_type);
create index idx_generated_assets_status on learning.generated_assets (status);
create index idx_generated_assets_quality_score on learning.generated_assets (quality_score);
create index idx_generated_assets_difficulty_level on learning.generated_assets (difficulty_level);
create index idx_generated_assets_created_at on learning.generated_assets (created_at);

grant select on learning.generated_assets to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.generated_assets to workbench_loader;

comment on table learning.generated_assets is 'AI-generated learning assets from content chunks';
comment on column learning.generated_assets.id is 'Unique asset identifier';
comment on column learning.generated_assets.study_material_id is 'Source material ID';
comment on column learning.generated_assets.content_chunk_id is 'Source chunk ID';
comment on column learning.generated_assets.asset_type is 'Type (quiz, flashcard, summary)';
comment on column learning.generated_assets.content is 'Asset content structure';
comment on column learning.generated_assets.metadata is 'Generation metadata';
comment on column learning.generated_assets.generation_model is 'AI model used';
comment on column learning.generated_assets.created_at is 'Creation timestamp';
comment on column learning.generated_assets.updated_at is 'Last update timestamp';
comment on column learning.generated_assets.status is 'Asset status';
comment on column learning.generated_assets.quality_score is 'Quality rating (0-1)';
comment on column learning.generated_assets.difficulty_level is '1-10 difficulty scale';
comment on column learning.generated_assets.generation_params is 'Parameters used for generation';
