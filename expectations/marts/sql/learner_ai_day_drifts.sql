-- One row per local day at fault: learners, answers, errors or cost are not those of the raw answers with a learner (definition Q5).
with zone as (
    select
        platform,
        part as time_zone
    from marts.rollup_state
    where rollup = 'learner_ai_day'
), answered as (
    select
        z.time_zone,
        f.platform,
        cast(f.occurred_at at time zone z.time_zone as date) as day,
        f.learner_id,
        f.tenant,
        count(*) as answers,
        count(*) filter (where f.is_error) as errors,
        coalesce(sum(f.cost_jpy), 0) as cost_jpy
    from marts.fact_ai_answer as f
    join zone as z on z.platform = f.platform
    where f.learner_id is not null
      and f.occurred_at >= coalesce(marts.check_since(), '-infinity')
    group by 1, 2, 3, 4, 5
), raw as (
    select
        time_zone,
        platform,
        day,
        count(*) as learners,
        sum(answers) as answers,
        sum(errors) as errors,
        sum(cost_jpy) as cost_jpy
    from answered
    group by 1, 2, 3
), stored as (
    select
        time_zone,
        platform,
        day,
        count(*) as learners,
        sum(answers) as answers,
        sum(errors) as errors,
        sum(cost_jpy) as cost_jpy
    from marts.learner_ai_day
    group by 1, 2, 3
), d as (
    select
        time_zone,
        platform,
        day
    from raw
    full join stored using (time_zone, platform, day)
    where (raw.learners, raw.answers, raw.errors, raw.cost_jpy)
        is distinct from (stored.learners, stored.answers, stored.errors, stored.cost_jpy)
)
select
    d.time_zone,
    d.platform,
    d.day
from d
where not exists (
    select from marts.touched_day as t
    where t.platform = d.platform
      and t.day between d.day - 1 and d.day + 1
)
  and not exists (
    select from marts.sealed_range as s
    where s.platform = d.platform
      and s.from_at < cast(d.day + 1 as timestamp) at time zone d.time_zone
      and s.until_at > cast(d.day as timestamp) at time zone d.time_zone
)
  and (marts.check_since() is null or d.day > cast(marts.check_since() at time zone 'UTC' as date) + 1)
