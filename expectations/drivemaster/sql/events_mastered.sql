-- One row per event at fault: a concept that is mastered by the same learner again, or without any answer before. Answers are not looked
-- for once events were archived.
with mastered as (
    select
        id, "timestamp", user_id, concept_id,
        row_number() over (partition by user_id, concept_id order by "timestamp", id) as times
    from drivemaster.learning_events
    where event_type = 'concept_mastered'
),
answered as (
    select user_id, concept_id, min("timestamp") as first
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by user_id, concept_id
)
select mastered.id, mastered."timestamp"
from mastered
left join answered on answered.user_id = mastered.user_id and answered.concept_id = mastered.concept_id
where mastered.times > 1
    or (
        coalesce(answered.first > mastered."timestamp", true)
        and not exists (select from marts.sealed_range where platform = 'drivemaster')
    )
