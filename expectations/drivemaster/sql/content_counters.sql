-- One row per item at fault: its counters are not the number of its answers and right ones. Not judged once events were archived.
select item.id
from drivemaster.content as item
left join (
    select content_id, count(*) as answers, count(*) filter (where response_data -> 'isCorrect' = 'true') as correct
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by content_id
) as counted on counted.content_id = item.id
where (item.total_attempts, item.correct_attempts) is distinct from (coalesce(counted.answers, 0), coalesce(counted.correct, 0))
    and not exists (select from marts.sealed_range where platform = 'drivemaster')
