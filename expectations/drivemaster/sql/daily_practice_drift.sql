-- One row per UTC day and category at fault: the summary does not count what the events say. Days that wait for a rollup are left out.
with counted as (
    select
        (event."timestamp" at time zone 'UTC')::date as day,
        coalesce(concept.category, 'none') as category,
        count(*) filter (where event.event_type = 'question_answered') as answers,
        count(*) filter (where event.event_type = 'question_answered' and event.response_data -> 'isCorrect' = 'true') as correct,
        count(*) filter (where event.event_type = 'concept_mastered') as mastered,
        count(*) filter (where event.event_type = 'session_started') as sessions
    from drivemaster.learning_events as event
    left join drivemaster.concepts as concept on concept.id = event.concept_id
    group by 1, 2
)
select day, category
from counted
full join drivemaster.daily_practice as summary using (day, category)
where (counted.answers, counted.correct, counted.mastered, counted.sessions)
    is distinct from (summary.answers, summary.correct, summary.mastered, summary.sessions)
    and not exists (select from marts.touched_day as touched where touched.platform = 'drivemaster' and touched.day = day)
