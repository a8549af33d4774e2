-- One row per month at fault: the answers of its total are not the sum over its series.
select
    time_zone,
    platform,
    month
from marts.ai_answer_latency_month
group by time_zone, platform, month
having coalesce(sum(answers) filter (where tenant = '*' and model = '*' and source = '*'), 0)
    <> coalesce(sum(answers) filter (where '*' not in (tenant, model, source)), 0)
