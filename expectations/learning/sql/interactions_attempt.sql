-- One row per answer at fault: its attempt is not the one after the learner's attempt at the same asset before it. The first one that is
-- there is number 1 unless earlier ones were archived.
with numbered as (
    select
        id, created_at, user_id, generated_asset_id,
        case when interaction_data ->> 'attempt_no' ~ '^[1-9][0-9]{0,5}$' then (interaction_data ->> 'attempt_no')::integer end as attempt_no
    from learning.interactions
    where interaction_type = 'answer' and interaction_data ? 'attempt_no'
),
followed as (
    select
        id, created_at, attempt_no,
        lag(attempt_no) over (partition by user_id, generated_asset_id order by created_at, id) as previous
    from numbered
    where attempt_no is not null
)
select id, created_at
from followed
where attempt_no <> coalesce(
    previous + 1, case when exists (select from marts.sealed_range where platform = 'learning') then attempt_no else 1 end
)
