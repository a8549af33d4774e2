-- One row per version of a learning item, with its item-response parameters and its attempt counters.

create table drivemaster.content (
    id uuid primary key default gen_random_uuid(),
    concept_id uuid not null,
    category text not null,
    content_type text not null default 'question',
    title varchar(255) not null,
    body jsonb not null default '{}',
    media jsonb not null default '{}',
    tags text[] not null default '{}',
    difficulty double precision not null default 0,
    discrimination double precision not null default 1,
    guess_parameter double precision not null default 0.25,
    total_attempts bigint not null default 0,
    correct_attempts bigint not null default 0,
    average_response_time double precision,
    version integer not null default 1,
    parent_content_id uuid,
    variant text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint content_concept_fkey foreign key (concept_id) references drivemaster.concepts (id),
    constraint content_parent_fkey foreign key (parent_content_id) references drivemaster.content (id),
    constraint content_not_own_parent check (parent_content_id <> id),
    constraint content_type_known check (content_type in ('question', 'lesson', 'video', 'simulation')),
    constraint content_parameters_finite check (
        difficulty between -1e6 and 1e6 and discrimination between -1e6 and 1e6 and guess_parameter between 0 and 1
    ),
    constraint content_attempts_order check (correct_attempts between 0 and total_attempts),
    constraint content_response_time_range check (average_response_time >= 0),
    constraint content_version_range check (version >= 1),
    constraint content_variant_of_something check (variant is null or parent_content_id is not null),
    constraint content_json_shapes check (jsonb_typeof(body) = 'object' and jsonb_typeof(media) = 'object')
);
create index idx_content_recommendation on drivemaster.content (category, difficulty, total_attempts) where is_active;
create index idx_content_concept on drivemaster.content (concept_id) include (difficulty, discrimination, guess_parameter) where is_active;
create index idx_content_parent on drivemaster.content (parent_content_id, version) where parent_content_id is not null;
create index idx_content_media on drivemaster.content using gin (media);
create index idx_content_tags on drivemaster.content using gin (tags);

grant select on drivemaster.content to workbench_reader, workbench_identified;
grant select, insert, update, delete on drivemaster.content to workbench_loader;

comment on table drivemaster.content is 'Questions and other items; difficulty in −3…3, discrimination in 0.5…2.5 and guessing in 0…0.5 are expected and checked as warnings, since real items fall outside';
comment on column drivemaster.content.id is 'Key';
comment on column drivemaster.content.concept_id is 'Concept it teaches or tests';
comment on column drivemaster.content.category is 'Area of the concept, repeated for the recommendation index';
comment on column drivemaster.content.content_type is 'question, lesson, video or simulation';
comment on column drivemaster.content.title is 'Title';
comment on column drivemaster.content.body is 'Text, options and key, by content type';
comment on column drivemaster.content.media is 'Pictures, sound and video: addresses, sizes, durations';
comment on column drivemaster.content.tags is 'Words to find it by';
comment on column drivemaster.content.difficulty is 'Item difficulty b on the ability scale, usually −3 to 3';
comment on column drivemaster.content.discrimination is 'Item discrimination a, usually 0.5 to 2.5';
comment on column drivemaster.content.guess_parameter is 'Guessing c: chance of a right answer without ability, usually 0 to 0.5';
comment on column drivemaster.content.total_attempts is 'Answers so far';
comment on column drivemaster.content.correct_attempts is 'Right answers so far';
comment on column drivemaster.content.average_response_time is 'Mean response time in milliseconds';
comment on column drivemaster.content.version is 'Version, counted from 1';
comment on column drivemaster.content.parent_content_id is 'Item of which this is a new version or an A/B variant';
comment on column drivemaster.content.variant is 'Label of the variant, for instance B';
comment on column drivemaster.content.is_active is 'Whether it is given to learners';
comment on column drivemaster.content.created_at is 'When it was added';
comment on column drivemaster.content.updated_at is 'When the row was last changed';
