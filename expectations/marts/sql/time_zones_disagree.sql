-- One row per platform and metric at fault: time zones whose first and last days are not cut off give different sums.
select
    r.platform,
    m.key as metric
from (
    select
        platform,
        time_zone,
        sum(answers) as answers,
        sum(errors) as errors,
        sum(cited) as cited,
        sum(cost_jpy) as cost_jpy
    from marts.ai_answer_day
    group by platform, time_zone
) as r
cross join lateral jsonb_each_text(to_jsonb(r) - array['platform', 'time_zone']) as m
where not exists (select from marts.sealed_range as s where s.platform = r.platform)
group by r.platform, m.key
having count(distinct cast(m.value as numeric)) > 1
