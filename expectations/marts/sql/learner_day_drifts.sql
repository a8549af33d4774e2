-- One row per local day at fault: the learners who were active are not as many as the raw events tell (definition Q5).
with zone as (
    select
        platform,
        part as time_zone
    from marts.rollup_state
    where rollup = 'learner_day'
), event as materialized (  -- once, not for every learner and zone
    select
        platform,
        learner_id,
        occurred_at
    from marts.fact_activity
    where activity not in ('visited', 'booked', 'messaged', 'rated')
      and occurred_at >= coalesce(marts.check_since(), '-infinity')
), learner as materialized (
    select
        platform,
        learner_id
    from marts.dim_learner
    where marts.is_learner(role)
), active as (
    select distinct
        z.time_zone,
        f.platform,
        cast(f.occurred_at at time zone z.time_zone as date) as day,
        f.learner_id
    from event as f
    join zone as z on z.platform = f.platform
    where (f.platform, f.learner_id) in (select platform, learner_id from learner)
), raw as (
    select
        time_zone,
        platform,
        day,
        count(*) as learners
    from active
    group by 1, 2, 3
), kept as (
    select distinct
        time_zone,
        platform,
        day,
        learner_id
    from marts.learner_day
    where active_events > 0
      and not is_erased
), stored as (
    select
        time_zone,
        platform,
        day,
        count(*) as learners
    from kept
    group by 1, 2, 3
), d as (
    select
        time_zone,
        platform,
        day
    from raw
    full join stored using (time_zone, platform, day)
    where raw.learners is distinct from stored.learners
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
