-- One row per question, option chosen and whether it counts as right: how often it was the first answer, and how able those who chose it are.
-- name: choices(until)
with first_answer as (
    select distinct on (user_id, generated_asset_id)
        user_id, generated_asset_id, interaction_data ->> 'choice' as choice, is_correct
    from learning.interactions
    where interaction_type = 'answer'
        and is_correct is not null
        and created_at < cast(:until as timestamptz)
        and coalesce(interaction_data ->> 'carried_over', 'false') <> 'true'
    order by user_id, generated_asset_id, created_at, id
),
rested as (
    select
        *,
        (sum(is_correct::integer) over (partition by user_id) - is_correct::integer)
        / nullif(count(*) over (partition by user_id) - 1, 0)::double precision as rest_share
    from first_answer
)
select
    generated_asset_id::text as item_id,
    choice,
    is_correct,
    count(*) as learners,
    sum(rest_share) as rest_sum,
    sum(rest_share * rest_share) as rest_square_sum
from rested
where choice is not null and rest_share is not null
group by generated_asset_id, choice, is_correct
order by generated_asset_id, choice, is_correct
