-- One row per call at fault: its cost is not its tokens at the prices of its model. Calls before the last change of the prices are left out.
select usage.id
from video.ai_usage as usage
join video.ai_configurations as configuration on configuration.id = usage.configuration_id
where usage.occurred_at >= configuration.updated_at
    and abs(
        usage.cost_jpy - usage.input_tokens * configuration.input_price_jpy - usage.output_tokens * configuration.output_price_jpy
    ) > 0.000001
