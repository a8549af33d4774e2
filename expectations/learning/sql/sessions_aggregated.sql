-- One row per session at fault: its details are gone after half a year, and its learner has no metric that holds what they said.
select held.id
from learning.learning_sessions as held
where held.session_data is null
    and held.started_at < marts.check_as_of() - interval '6 months'
    and not exists (select from learning.progress_metrics as metric where metric.user_id = held.user_id)
