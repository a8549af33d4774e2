-- One row per student and milestone at fault: as many attempts were not reported as there are.
-- What lies in a range that was archived is left out: its events are gone.
with sealed as (
    select greatest(coalesce(max(until_at), '-infinity'), coalesce(marts.check_since(), '-infinity')) as until_at
    from marts.sealed_range
    where platform = 'video' and fact in ('fact_activity', 'fact_attempt', 'fact_session', 'fact_watch')
),
counted as (
    select student_id, milestone_id, sum(attempts) as attempts, sum(events) as events
    from (
        select attempt.student_id, question.milestone_id, count(*) as attempts, 0 as events, min(attempt.answered_at) as first_at
        from video.question_attempts as attempt
        join video.questions as question on question.id = attempt.question_id
        group by 1, 2
        union all
        select user_id, milestone_id, 0, count(*), min(occurred_at)
        from video.analytics_events
        where event_type = 'question_attempt' and user_id is not null and milestone_id is not null
        group by 1, 2
    ) as either
    group by 1, 2
    having min(first_at) >= (select until_at from sealed)
)
select counted.student_id, counted.milestone_id
from counted
join video.users as student on student.id = counted.student_id and student.role = 'student'
where counted.attempts <> counted.events
