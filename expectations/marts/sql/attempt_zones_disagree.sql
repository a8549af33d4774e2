-- One row per platform and metric at fault: answers summed over the days of one time zone are not those of another.
select
    r.platform,
    m.key as metric
from (
    select
        platform,
        time_zone,
        sum(attempts) as attempts,
        sum(correct) as correct,
        sum(timed) as timed
    from marts.attempt_day
    group by platform, time_zone
) as r
cross join lateral jsonb_each_text(to_jsonb(r) - array['platform', 'time_zone']) as m
where not exists (select from marts.sealed_range as s where s.platform = r.platform)
group by r.platform, m.key
having count(distinct cast(m.value as numeric)) > 1
