-- One row per item at fault: the summary counts other answers than there are, or knows an item that is gone. Judged when nothing waits
-- for a rollup; items nobody has answered may be missing until the next one.
with counted as (
    select content_id, count(*) as answers, count(*) filter (where response_data -> 'isCorrect' = 'true') as correct
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by content_id
),
items as (
    select item.id, coalesce(counted.answers, 0) as answers, coalesce(counted.correct, 0) as correct
    from drivemaster.content as item
    left join counted on counted.content_id = item.id
)
select coalesce(items.id, summary.content_id) as id
from items
full join drivemaster.content_performance as summary on summary.content_id = items.id
where (items.answers, items.correct) is distinct from (coalesce(summary.answers, 0), coalesce(summary.correct, 0))
    and not exists (select from marts.touched_day where platform = 'drivemaster')
