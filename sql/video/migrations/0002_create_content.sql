-- One row per lesson, group of videos, video and milestone; groups and videos are reused through lesson_video_groups and
-- video_group_videos, one row per use. A reference names the tenant beside the key, so that it cannot lead to another one; a table
-- refers to tenants itself only where none of its other references is certain to lead to a row of the tenant.

create table video.lessons (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    title text not null,
    description text,
    created_by uuid not null,
    status text not null default 'draft',
    tags text[] not null default '{}',
    published_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint lessons_pkey primary key (id),
    constraint lessons_tenant_key unique (tenant_id, id),
    constraint lessons_created_by_fkey foreign key (tenant_id, created_by) references video.users (tenant_id, id),
    constraint lessons_status_known check (status in ('draft', 'published', 'archived'))
);
create index idx_lessons_teacher on video.lessons (tenant_id, created_by, status);
create index idx_lessons_tags on video.lessons using gin (tags);
create index idx_lessons_search on video.lessons using gin (to_tsvector('simple', title || ' ' || coalesce(description, '')));
create trigger keep_updated_at before update on video.lessons
    for each row execute function video.keep_updated_at();

grant select on video.lessons to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.lessons to workbench_loader;

comment on table video.lessons is 'Lessons a teacher puts together';
comment on column video.lessons.id is 'Key';
comment on column video.lessons.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.lessons.title is 'Title';
comment on column video.lessons.description is 'What it teaches';
comment on column video.lessons.created_by is 'Teacher who made it';
comment on column video.lessons.status is 'draft, published or archived';
comment on column video.lessons.tags is 'Words to find it by';
comment on column video.lessons.published_at is 'When it was published';
comment on column video.lessons.created_at is 'When the row was written';
comment on column video.lessons.updated_at is 'When the row was last changed';

create table video.video_groups (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    title text not null,
    description text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint video_groups_pkey primary key (id),
    constraint video_groups_tenant_key unique (tenant_id, id),
    constraint video_groups_tenant_fkey foreign key (tenant_id) references video.tenants (id)
);
create trigger keep_updated_at before update on video.video_groups
    for each row execute function video.keep_updated_at();

grant select on video.video_groups to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.video_groups to workbench_loader;

comment on table video.video_groups is 'Groups of videos, used by one lesson or by several';
comment on column video.video_groups.id is 'Key';
comment on column video.video_groups.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.video_groups.title is 'Title';
comment on column video.video_groups.description is 'What it is about';
comment on column video.video_groups.created_at is 'When the row was written';
comment on column video.video_groups.updated_at is 'When the row was last changed';

create table video.lesson_video_groups (
    tenant_id uuid not null,
    lesson_id uuid not null,
    video_group_id uuid not null,
    position integer not null,
    constraint lesson_video_groups_pkey primary key (lesson_id, video_group_id),
    constraint lesson_video_groups_lesson_fkey foreign key (tenant_id, lesson_id) references video.lessons (tenant_id, id) on delete cascade,
    constraint lesson_video_groups_video_group_fkey foreign key (tenant_id, video_group_id) references video.video_groups (tenant_id, id),
    constraint lesson_video_groups_place_key unique (lesson_id, position),
    constraint lesson_video_groups_position_range check (position >= 1)
);
create index idx_lesson_video_groups_group on video.lesson_video_groups (video_group_id);

grant select on video.lesson_video_groups to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.lesson_video_groups to workbench_loader;

comment on table video.lesson_video_groups is 'Which groups a lesson uses, in which order';
comment on column video.lesson_video_groups.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.lesson_video_groups.lesson_id is 'Lesson';
comment on column video.lesson_video_groups.video_group_id is 'Group';
comment on column video.lesson_video_groups.position is 'Place within the lesson, from 1';

create table video.videos (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    title text not null,
    source_url text,
    duration_seconds double precision not null,
    metadata jsonb not null default '{}',
    status text not null default 'processing',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint videos_pkey primary key (id),
    constraint videos_tenant_key unique (tenant_id, id),
    constraint videos_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint videos_duration_range check (duration_seconds > 0 and duration_seconds < 'infinity'),
    constraint videos_status_known check (status in ('processing', 'ready', 'failed')),
    constraint videos_metadata_shape check (jsonb_typeof(metadata) = 'object')
);
create index idx_videos_metadata on video.videos using gin (metadata);
create index idx_videos_search on video.videos using gin (to_tsvector('simple', title));
create index idx_videos_unready on video.videos (tenant_id, created_at) where status <> 'ready';
create trigger keep_updated_at before update on video.videos
    for each row execute function video.keep_updated_at();

grant select on video.videos to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.videos to workbench_loader;

comment on table video.videos is 'Videos with their technical metadata';
comment on column video.videos.id is 'Key';
comment on column video.videos.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.videos.title is 'Title';
comment on column video.videos.source_url is 'Where the file lies';
comment on column video.videos.duration_seconds is 'Length in seconds';
comment on column video.videos.metadata is 'Resolution, codecs, processing';
comment on column video.videos.status is 'processing, ready or failed';
comment on column video.videos.created_at is 'When the row was written';
comment on column video.videos.updated_at is 'When the row was last changed';

create table video.video_group_videos (
    tenant_id uuid not null,
    video_group_id uuid not null,
    video_id uuid not null,
    position integer not null,
    constraint video_group_videos_pkey primary key (video_group_id, video_id),
    constraint video_group_videos_video_group_fkey foreign key (tenant_id, video_group_id) references video.video_groups (tenant_id, id) on delete cascade,
    constraint video_group_videos_video_fkey foreign key (tenant_id, video_id) references video.videos (tenant_id, id),
    constraint video_group_videos_place_key unique (video_group_id, position),
    constraint video_group_videos_position_range check (position >= 1)
);
create index idx_video_group_videos_video on video.video_group_videos (video_id);

grant select on video.video_group_videos to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.video_group_videos to workbench_loader;

comment on table video.video_group_videos is 'Which videos a group holds, in which order';
comment on column video.video_group_videos.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.video_group_videos.video_group_id is 'Group';
comment on column video.video_group_videos.video_id is 'Video';
comment on column video.video_group_videos.position is 'Place within the group, from 1';

create table video.milestones (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    video_id uuid not null,
    timestamp_seconds double precision not null,
    title text not null,
    is_required boolean not null default true,
    pass_ratio double precision not null default 0.6,
    retry_limit integer not null default 3,
    branch_video_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint milestones_pkey primary key (id),
    constraint milestones_tenant_key unique (tenant_id, id),
    constraint milestones_video_fkey foreign key (tenant_id, video_id) references video.videos (tenant_id, id),
    constraint milestones_branch_fkey foreign key (tenant_id, branch_video_id) references video.videos (tenant_id, id),
    constraint milestones_timestamp_range check (timestamp_seconds >= 0 and timestamp_seconds < 'infinity'),
    constraint milestones_pass_range check (pass_ratio between 0 and 1),
    constraint milestones_retry_range check (retry_limit >= 1),
    constraint milestones_branch_elsewhere check (branch_video_id <> video_id)
);
create unique index idx_milestones_video_timestamp on video.milestones (video_id, timestamp_seconds);
create index idx_milestones_branch on video.milestones (branch_video_id) where branch_video_id is not null;
create trigger keep_updated_at before update on video.milestones
    for each row execute function video.keep_updated_at();

grant select on video.milestones to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.milestones to workbench_loader;

comment on table video.milestones is 'Points of a video at which it stops for questions';
comment on column video.milestones.id is 'Key';
comment on column video.milestones.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.milestones.video_id is 'Video';
comment on column video.milestones.timestamp_seconds is 'Where in the video, in seconds';
comment on column video.milestones.title is 'Title';
comment on column video.milestones.is_required is 'Whether it must be passed to go on';
comment on column video.milestones.pass_ratio is 'Share of the points needed to pass';
comment on column video.milestones.retry_limit is 'Attempts allowed at each question';
comment on column video.milestones.branch_video_id is 'Video to go on with when it is not passed; empty on a straight path';
comment on column video.milestones.created_at is 'When the row was written';
comment on column video.milestones.updated_at is 'When the row was last changed';
