-- One row per entry at fault: the row it says was inserted is neither there nor said to be deleted.
with known as (
    select entity_type, entity_id from video.check_audited_rows
    union all
    select entity_type, entity_id from video.audit_logs where action in ('delete', 'truncate')
)
select entry.id, entry.created_at
from video.audit_logs as entry
left join known on known.entity_type = entry.entity_type and known.entity_id = entry.entity_id
where entry.action = 'insert' and known.entity_id is null
    and entry.entity_type in (
        'tenants', 'users', 'lessons', 'video_groups', 'lesson_video_groups', 'videos', 'video_group_videos', 'milestones', 'questions',
        'question_reviews', 'lesson_assignments', 'student_sessions', 'student_progress', 'question_attempts', 'grade_scales', 'grades',
        'ai_configurations', 'generation_jobs', 'generated_questions', 'ai_usage', 'notifications'
    )
    and entry.entity_type not in (select gone.entity_type from video.audit_logs as gone where gone.action = 'truncate')
