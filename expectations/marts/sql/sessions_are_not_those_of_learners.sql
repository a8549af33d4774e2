-- One row per local day at fault: the sessions of the day are not those of the learners of the day, people who were erased aside.
select
    time_zone,
    platform,
    day
from (
    select
        time_zone,
        platform,
        day,
        sum(sessions) as sessions
    from marts.session_day
    group by 1, 2, 3
) as s
full join (
    select
        time_zone,
        platform,
        day,
        sum(sessions) as sessions
    from marts.learner_day
    where not is_erased
      and sessions > 0
    group by 1, 2, 3
) as l using (time_zone, platform, day)
where s.sessions is distinct from l.sessions
