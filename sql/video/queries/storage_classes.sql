-- One row per table and class of age: hot (under 90 days), warm (up to 2 years), cold (older).
-- A link is as old as what it belongs to. Bytes are those on disk, indexes included, shared out by rows.
-- name: storage_classes(as_of)
with stored as (
    select 'tenants' as table_name, updated_at as at from video.tenants
    union all
    select 'users', updated_at from video.users
    union all
    select 'lessons', updated_at from video.lessons
    union all
    select 'video_groups', updated_at from video.video_groups
    union all
    select 'lesson_video_groups', owner.updated_at from video.lesson_video_groups as link join video.lessons as owner on owner.id = link.lesson_id
    union all
    select 'videos', updated_at from video.videos
    union all
    select 'video_group_videos', owner.updated_at from video.video_group_videos as link join video.video_groups as owner on owner.id = link.video_group_id
    union all
    select 'milestones', updated_at from video.milestones
    union all
    select 'questions', updated_at from video.questions
    union all
    select 'question_reviews', reviewed_at from video.question_reviews
    union all
    select 'lesson_assignments', assigned_at from video.lesson_assignments
    union all
    select 'student_sessions', last_seen_at from video.student_sessions
    union all
    select 'student_progress', updated_at from video.student_progress
    union all
    select 'question_attempts', answered_at from video.question_attempts
    union all
    select 'grade_scales', owner.updated_at from video.grade_scales as link join video.tenants as owner on owner.id = link.tenant_id
    union all
    select 'grades', updated_at from video.grades
    union all
    select 'ai_configurations', updated_at from video.ai_configurations
    union all
    select 'generation_jobs', coalesce(finished_at, requested_at) from video.generation_jobs
    union all
    select 'generated_questions', coalesce(owner.finished_at, owner.requested_at) from video.generated_questions as link join video.generation_jobs as owner on owner.id = link.job_id
    union all
    select 'ai_usage', occurred_at from video.ai_usage
    union all
    select 'analytics_events', occurred_at from video.analytics_events
    union all
    select 'audit_logs', created_at from video.audit_logs
    union all
    select 'notifications', coalesce(acknowledged_at, created_at) from video.notifications
),
classed as (
    select
        table_name,
        case
            when at > cast(:as_of as timestamptz) - interval '90 days' then 'hot'
            when at >= cast(:as_of as timestamptz) - interval '2 years' then 'warm'
            else 'cold'
        end as class,
        count(*) as rows,
        min(at) as oldest_at,
        max(at) as newest_at
    from stored
    group by 1, 2
),
tables as (
    select
        c.relname as table_name,
        coalesce(
            (select sum(pg_total_relation_size(part.relid)) from pg_partition_tree(c.oid) as part), pg_total_relation_size(c.oid)
        ) as bytes,
        (select sum(classed.rows) from classed where classed.table_name = c.relname) as rows
    from pg_catalog.pg_class as c
    where c.relnamespace = cast('video' as regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
)
select
    cast(tables.table_name as text) as table_name,
    wanted.class,
    coalesce(classed.rows, 0) as rows,
    coalesce(cast(tables.bytes * classed.rows / tables.rows as bigint), 0) as bytes,
    classed.oldest_at,
    classed.newest_at
from tables
cross join (values (1, 'hot'), (2, 'warm'), (3, 'cold')) as wanted (place, class)
left join classed on classed.table_name = tables.table_name and classed.class = wanted.class
order by tables.table_name, wanted.place
