-- One row per learner and concept: the stored state of knowledge.
create view drivemaster.fact_mastery as
select
    user_id as learner_id,
    'drivemaster'::text as tenant,
    concept_id as skill_id,
    mastery_probability,
    updated_at,
    due_at,
    updated_at as recorded_at
from drivemaster.knowledge_states;
