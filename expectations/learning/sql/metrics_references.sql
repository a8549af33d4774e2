-- One row per metric at fault: its learner is no account, or its session is not there or another learner's.
select metric.id, metric.recorded_at
from learning.progress_metrics as metric
left join learning.users as learner on learner.id = metric.user_id
left join learning.learning_sessions as held on held.id = metric.learning_session_id
where metric.recorded_at >= coalesce(marts.check_since(), '-infinity')
    and (
        learner.id is null
        or (metric.learning_session_id is not null and (held.id is null or held.user_id <> metric.user_id))
    )
