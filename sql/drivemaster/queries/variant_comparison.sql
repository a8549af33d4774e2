-- One row per item that varies or replaces another, beside that other: answers and right ones while both were given.
-- name: variant_comparison(start, end, timezone)
with pair as (
    select item.id as content_id, item.parent_content_id as parent_id, item.title, item.version, item.variant
    from drivemaster.content as item
    where item.parent_content_id is not null
),
answer as (
    select content_id, "timestamp" as at, (response_data -> 'isCorrect')::boolean as is_correct
    from drivemaster.learning_events
    where
        event_type = 'question_answered'
        and content_id in (select content_id from pair union select parent_id from pair)
        and "timestamp" >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and "timestamp" < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
),
span as (
    select content_id, min(at) as first_at, max(at) as last_at from answer group by content_id
),
shared as (
    select
        pair.content_id,
        pair.parent_id,
        greatest(own.first_at, parent.first_at) as from_at,
        least(own.last_at, parent.last_at) as until_at
    from pair
    join span as own on own.content_id = pair.content_id
    join span as parent on parent.content_id = pair.parent_id
),
counted as (
    select
        shared.content_id,
        count(*) filter (where answer.content_id = shared.parent_id) as parent_answers,
        count(*) filter (where answer.content_id = shared.parent_id and answer.is_correct) as parent_correct,
        count(*) filter (where answer.content_id = shared.content_id) as answers,
        count(*) filter (where answer.content_id = shared.content_id and answer.is_correct) as correct
    from shared
    join answer on answer.content_id in (shared.content_id, shared.parent_id) and answer.at between shared.from_at and shared.until_at
    group by shared.content_id
)
select
    pair.content_id,
    pair.parent_id as parent_content_id,
    pair.title,
    pair.version,
    pair.variant,
    coalesce(counted.parent_answers, 0) as parent_answers,
    coalesce(counted.parent_correct, 0) as parent_correct,
    coalesce(counted.answers, 0) as answers,
    coalesce(counted.correct, 0) as correct
from pair
left join counted on counted.content_id = pair.content_id
order by pair.title, pair.version, pair.variant, pair.content_id
