-- One row per learner and question of the category: the learner's first answer in the period, with the stored parameters of the item.
-- name: item_fit(category, start, end, timezone)
select distinct on (event.user_id, event.content_id)
    event.user_id as learner_id,
    event.content_id,
    item.title,
    item.discrimination,
    item.difficulty,
    item.guess_parameter,
    (event.response_data -> 'isCorrect')::boolean as is_correct
from drivemaster.learning_events as event
join drivemaster.content as item on item.id = event.content_id
where
    event.event_type = 'question_answered'
    and item.category = cast(:category as text)
    and event."timestamp" >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and event."timestamp" < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
order by event.user_id, event.content_id, event."timestamp", event.id
