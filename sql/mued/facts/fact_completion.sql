-- One row per learner and material assigned to them, and per lesson they booked and did not cancel.
-- A lesson is completed when it was attended, at its end.
create view mued.fact_completion as
select
    user_id as learner_id,
    'mued'::text as tenant,
    material_id as unit_id,
    'material'::text as unit_type,
    completed_ratio::float8 as completed_ratio,
    completed_at,
    (score / 100)::float8 as score_ratio,
    grade,
    assigned_at as recorded_at
from mued.learning_metrics
union all
select
    student_id,
    'mued'::text,
    slot_id,
    'lesson'::text,
    case when status = 'attended' then 1 else 0 end::float8,
    case when status = 'attended' then ends_at end,
    null::float8,
    null::text,
    booked_at
from mued.reservations
where status <> 'cancelled';
