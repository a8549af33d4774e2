-- One row per progress at fault: completed and not reported so, or reported completed and below 100 %.
-- Progress begun in a range that was archived is left out: its events are gone.
select progress.id
from video.student_progress as progress
left join (
    select user_id, lesson_id
    from video.analytics_events
    where event_type = 'lesson_completed' and user_id is not null
    group by user_id, lesson_id
) as reported on reported.user_id = progress.student_id and reported.lesson_id = progress.lesson_id
where (
    (progress.completed_at is not null and reported.user_id is null)
    or (progress.completion_percentage < 100 and reported.user_id is not null)
)
    and progress.started_at >= coalesce(marts.check_since(), '-infinity')
    and progress.started_at >= coalesce((
        select max(until_at) from marts.sealed_range
        where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
    ), '-infinity')
