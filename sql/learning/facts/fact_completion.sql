-- One row per learner and material they are enrolled in (a metric of type `enrolment`), and per material they began without enrolling.
-- An enrolment is complete as its metric says; a material begun is as complete as the best of its sessions.
create view learning.fact_completion as
select
    user_id as learner_id,
    'learning'::text as tenant,
    (metric_data ->> 'study_material_id')::uuid as unit_id,
    'enrolment'::text as unit_type,
    metric_value as completed_ratio,
    case when metric_value >= 1 then (metric_data ->> 'completed_at')::timestamptz end as completed_at,
    (metric_data ->> 'score_ratio')::double precision as score_ratio,
    metric_data ->> 'final_result' as grade,
    recorded_at
from learning.progress_metrics
where metric_type = 'enrolment'
union all
select
    begun.user_id,
    'learning'::text,
    begun.study_material_id,
    'material'::text,
    max(coalesce(begun.completion_percentage, 0)) / 100,
    min(begun.ended_at) filter (where begun.completion_percentage >= 100),
    cast(null as double precision),
    cast(null as text),
    min(begun.started_at)
from learning.learning_sessions as begun
where not exists (
    select
    from learning.progress_metrics as enrolment
    where enrolment.user_id = begun.user_id
        and enrolment.metric_type = 'enrolment'
        and enrolment.metric_data ->> 'study_material_id' = begun.study_material_id::text
)
group by begun.user_id, begun.study_material_id;
