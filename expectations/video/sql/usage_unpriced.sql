-- One row per model at fault: it has prices, and of twenty calls or more that succeeded, more than one in ten has no cost.
select usage.configuration_id
from video.ai_usage as usage
join video.ai_configurations as configuration on configuration.id = usage.configuration_id
where usage.error_code is null and configuration.input_price_jpy is not null and configuration.output_price_jpy is not null
group by usage.configuration_id
having count(*) >= 20 and count(*) filter (where usage.cost_jpy is null) > 0.1 * count(*)
