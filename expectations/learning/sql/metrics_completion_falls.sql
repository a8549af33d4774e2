-- One row per metric at fault: the completion it states is below the one before of the same learner, subject and material.
select id, recorded_at
from (
    select
        id, recorded_at, metric_value,
        lag(metric_value) over (
            partition by user_id, subject_area, metric_data ->> 'study_material_id' order by recorded_at, id
        ) as previous
    from learning.progress_metrics
    where metric_type = 'completion' and time_period is null
) as ordered
where metric_value < previous
