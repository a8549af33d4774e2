-- One row per item at fault: learners, answers, right ones, first or last answer are not those of the raw answers (definition Q5).
-- A platform with changes since the last refresh is left to it, one with archived answers cannot be compared.
with done as (
    select platform
    from marts.rollup_state as r
    where rollup = 'item_response'
      and marts.check_since() is null
      and not exists (select from marts.touched_day as t where t.platform = r.platform and t.fact = 'fact_attempt')
      and not exists (select from marts.touched_learner as t where t.platform = r.platform)
      and not exists (select from marts.sealed_range as s where s.platform = r.platform and s.fact = 'fact_attempt')
), raw as (
    select
        f.platform,
        f.item_id,
        count(distinct f.learner_id) as learners,
        count(*) as attempts,
        count(*) filter (where f.is_correct) as correct,
        min(f.occurred_at) as first_at,
        max(f.occurred_at) as last_at
    from marts.fact_attempt as f
    join done on done.platform = f.platform
    where f.is_correct is not null and f.item_id is not null and f.learner_id is not null
    group by 1, 2
), stored as (
    select
        platform,
        item_id,
        count(*) as learners,
        sum(attempts) as attempts,
        sum(correct) as correct,
        min(first_at) as first_at,
        max(last_at) as last_at
    from marts.item_response
    join done using (platform)
    where not is_erased
    group by 1, 2
)
select
    platform,
    item_id
from raw
full join stored using (platform, item_id)
where (raw.learners, raw.attempts, raw.correct, raw.first_at, raw.last_at)
    is distinct from (stored.learners, stored.attempts, stored.correct, stored.first_at, stored.last_at)
