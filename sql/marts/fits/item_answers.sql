-- One row per item: the item's stored guessing, and the learners who answered it before a cut-off by a number of theirs, with whether the
-- first answer was right.
-- name: item_answers(platform, cut_off)
with attempt as (
    select f.item_id, f.learner_id, f.is_correct, f.occurred_at, f.attempt_id
    from marts.fact_attempt as f
    where
        f.platform = cast(:platform as text)
        and f.item_id is not null
        and f.learner_id is not null
        and f.is_correct is not null
        and f.occurred_at < cast(:cut_off as timestamptz)
        and f.recorded_at < cast(:cut_off as timestamptz)
),

first_answer as (
    select distinct on (item_id, learner_id) item_id, learner_id, is_correct
    from attempt
    order by item_id, learner_id, occurred_at, attempt_id
),

numbered as (
    select item_id, is_correct, dense_rank() over (order by learner_id) - 1 as learner
    from first_answer
)

select
    n.item_id,
    min(i.guessing) as guessing,
    array_agg(n.learner order by n.learner) as learners,
    string_agg(cast(cast(n.is_correct as integer) as text), '' order by n.learner) as answers
from numbered as n
left join marts.dim_item as i on i.platform = cast(:platform as text) and i.item_id = n.item_id
group by n.item_id
order by n.item_id
