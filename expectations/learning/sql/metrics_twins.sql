-- One row per metric at fault: another of the same kind stands for the same learner, period and moment, with the same details.
select id, recorded_at
from (
    select
        id, recorded_at,
        count(*) over (partition by user_id, recorded_at, metric_type, time_period, learning_session_id, subject_area, metric_data) as alike
    from learning.progress_metrics
) as counted
where alike > 1
