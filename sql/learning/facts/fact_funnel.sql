-- One row per step of studying a material: opened, each session on it, each interaction, each time it was completed. It is opened by the
-- enrolment (a metric of type `enrolment`), without one by the first session. Results carried over from an earlier course are no interaction.
create view learning.fact_funnel as
select
    user_id as learner_id,
    'learning'::text as tenant,
    'study'::text as flow,
    metric_data ->> 'study_material_id' as entry_id,
    1 as step_no,
    'material opened'::text as step,
    recorded_at as occurred_at,
    recorded_at
from learning.progress_metrics
where metric_type = 'enrolment'
union all
select
    begun.user_id, 'learning'::text, 'study'::text, begun.study_material_id::text, 1, 'material opened'::text, begun.started_at,
    begun.started_at
from learning.learning_sessions as begun
where not exists (
        select
        from learning.progress_metrics as enrolment
        where enrolment.user_id = begun.user_id
            and enrolment.metric_type = 'enrolment'
            and enrolment.metric_data ->> 'study_material_id' = begun.study_material_id::text
    )
    and not exists (
        select
        from learning.learning_sessions as earlier
        where earlier.user_id = begun.user_id
            and earlier.study_material_id = begun.study_material_id
            and (earlier.started_at, earlier.id) < (begun.started_at, begun.id)
    )
union all
select
    user_id, 'learning'::text, 'study'::text, study_material_id::text, 2, 'session'::text, started_at, started_at
from learning.learning_sessions
union all
select
    interaction.user_id, 'learning'::text, 'study'::text, session.study_material_id::text, 3, 'interaction'::text, interaction.created_at,
    interaction.created_at
from learning.interactions as interaction
join learning.learning_sessions as session on session.id = interaction.learning_session_id
where coalesce(interaction.interaction_data ->> 'carried_over', 'false') <> 'true'
union all
select
    user_id, 'learning'::text, 'study'::text, study_material_id::text, 4, 'completed'::text, ended_at, ended_at
from learning.learning_sessions
where completion_percentage >= 100 and ended_at is not null
union all
select
    user_id, 'learning'::text, 'study'::text, metric_data ->> 'study_material_id', 4, 'completed'::text,
    (metric_data ->> 'completed_at')::timestamptz, (metric_data ->> 'completed_at')::timestamptz
from learning.progress_metrics
where metric_type = 'enrolment' and metric_value >= 1 and metric_data ->> 'completed_at' is not null;
