-- One row per learner and tenant with answers in the period: how many, how many bad, what they cost (definition R4).
-- The rollup does not know models; for one model the raw rows are counted, as far as they are still there.
-- name: ai_learner_day(platforms, tenant, model, zone, start, end)
with answer as (
    select learner_id, tenant, day, answers, errors, bad, priced, cost_jpy
    from marts.learner_ai_day
    where cast(:model as text) is null
      and time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
    union all
    select learner_id, tenant, cast(occurred_at at time zone cast(:zone as text) as date), 1, cast(is_error as integer),
           cast({bad} as integer), cast(cost_jpy is not null as integer), coalesce(cost_jpy, 0)
    from marts.fact_ai_answer
    where coalesce(model, 'unknown') = cast(:model as text)
      and platform = any(cast(:platforms as text[]))
      and occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and learner_id is not null
)
select learner_id,
       tenant,
       count(distinct day) as days,
       cast(sum(answers) as bigint) as answers,
       cast(sum(errors) as bigint) as errors,
       cast(sum(bad) as bigint) as bad,
       cast(sum(priced) as bigint) as priced,
       cast(sum(cost_jpy) as float8) as cost_jpy
from answer
where cast(:tenant as text) is null or tenant = cast(:tenant as text)
group by learner_id, tenant
order by learner_id, tenant
