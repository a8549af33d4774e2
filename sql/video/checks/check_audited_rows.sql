-- One row per row that is there of the tables whose insertions the audit trail notes: all but events, which are a log of their own.
create view video.check_audited_rows as
select 'tenants'::text as entity_type, id::text as entity_id, created_at as written_at
from video.tenants
union all
select 'users', id::text, created_at
from video.users
union all
select 'lessons', id::text, created_at
from video.lessons
union all
select 'video_groups', id::text, created_at
from video.video_groups
union all
select 'lesson_video_groups', lesson_id || '/' || video_group_id, null
from video.lesson_video_groups
union all
select 'videos', id::text, created_at
from video.videos
union all
select 'video_group_videos', video_group_id || '/' || video_id, null
from video.video_group_videos
union all
select 'milestones', id::text, created_at
from video.milestones
union all
select 'questions', id::text, created_at
from video.questions
union all
select 'question_reviews', id::text, reviewed_at
from video.question_reviews
union all
select 'lesson_assignments', lesson_id || '/' || student_id, assigned_at
from video.lesson_assignments
union all
select 'student_sessions', id::text, started_at
from video.student_sessions
union all
select 'student_progress', id::text, started_at
from video.student_progress
union all
select 'question_attempts', id::text, recorded_at
from video.question_attempts
union all
select 'grade_scales', tenant_id || '/' || letter, null
from video.grade_scales
union all
select 'grades', id::text, graded_at
from video.grades
union all
select 'ai_configurations', id::text, created_at
from video.ai_configurations
union all
select 'generation_jobs', id::text, requested_at
from video.generation_jobs
union all
select 'generated_questions', question_id::text, null
from video.generated_questions
union all
select 'ai_usage', id::text, recorded_at
from video.ai_usage
union all
select 'notifications', id::text, created_at
from video.notifications;

comment on view video.check_audited_rows is 'Rows that are there of the tables whose insertions the audit trail notes';
comment on column video.check_audited_rows.entity_type is 'Table, as the trail names it';
comment on column video.check_audited_rows.entity_id is 'Key, as the trail writes it';
comment on column video.check_audited_rows.written_at is 'When the row began, empty where it does not say';
