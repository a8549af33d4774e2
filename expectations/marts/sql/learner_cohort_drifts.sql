-- One row per learner at fault: an account that joined before the last refresh is missing, or the first or last active day is another
-- than their learner days tell (definitions E3, E7).
with state as (
    select
        platform,
        part as time_zone,
        refreshed_at
    from marts.rollup_state
    where rollup = 'learner_cohort'
), account as (
    select
        s.time_zone,
        l.platform,
        l.learner_id
    from marts.dim_learner as l
    join state as s on s.platform = l.platform
    where marts.is_learner(l.role)
      and l.joined_at < s.refreshed_at
), active as (
    select
        time_zone,
        platform,
        learner_id,
        min(day) as first_day,
        max(day) as last_day
    from marts.learner_day
    where active_events > 0
    group by 1, 2, 3
), d as (
    select
        time_zone,
        platform,
        learner_id
    from marts.learner_cohort as c
    left join active as a using (time_zone, platform, learner_id)
    where (a.first_day, a.last_day) is distinct from (c.first_day, c.last_day)
    union
    (
        select * from account
        except
        select
            time_zone,
            platform,
            learner_id
        from marts.learner_cohort
    )
)
select
    d.time_zone,
    d.platform,
    d.learner_id
from d
where not exists (select from marts.touched_day as t where t.platform = d.platform)
