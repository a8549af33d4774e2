-- One row per configuration at fault: in some month (UTC) its calls cost more than it may.
select distinct configuration.id
from video.ai_configurations as configuration
join (
    select configuration_id, date_trunc('month', occurred_at, 'UTC') as month, sum(cost_jpy) as cost_jpy
    from video.ai_usage
    group by 1, 2
) as spent on spent.configuration_id = configuration.id
where spent.cost_jpy > configuration.monthly_limit_jpy
