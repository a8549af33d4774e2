-- One row per learner and concept begun: complete when mastered (probability of knowing at least 0.95).
create view drivemaster.fact_completion as
select
    user_id as learner_id,
    'drivemaster'::text as tenant,
    concept_id as unit_id,
    'concept'::text as unit_type,
    case when mastery_probability >= 0.95 then 1.0 else mastery_probability end as completed_ratio,
    case when mastery_probability >= 0.95 then last_interaction end as completed_at,
    correct_attempts::double precision / nullif(total_attempts, 0) as score_ratio,
    cast(null as text) as grade,
    updated_at as recorded_at
from drivemaster.knowledge_states;
