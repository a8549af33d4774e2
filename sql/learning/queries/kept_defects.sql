-- One row per flag that loaded rows carry because they break a rule: the rows are kept as they came.
-- name: kept_defects()
select held_in, flag, count(*) as row_count
from (
    select 'progress_metrics' as held_in, jsonb_array_elements_text(metric_data -> 'flags') as flag
    from learning.progress_metrics
    where metric_type = 'enrolment'
    union all
    select 'generated_assets', jsonb_array_elements_text(metadata -> 'flags')
    from learning.generated_assets
    where metadata ? 'flags'
    union all
    select 'interactions', jsonb_array_elements_text(interaction_data -> 'flags')
    from learning.interactions
    where interaction_data ? 'flags'
) as flagged
group by held_in, flag
order by held_in, flag
