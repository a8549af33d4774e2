-- One row per concept. Parameters of knowledge tracing stand with every learner's state, so those of the concept are the medians over its
-- learners; the platform's tracing forgets nothing (its temporal decay takes no part).
create view drivemaster.dim_skill as
select
    concept.id as skill_id,
    concept.name::text as name,
    concept.category,
    array(
        select prerequisite.prerequisite_id
        from drivemaster.concept_prerequisites as prerequisite
        where prerequisite.concept_id = concept.id
        order by prerequisite.prerequisite_id
    ) as prerequisites,
    concept.estimated_minutes::double precision as minutes,
    traced.prior,
    traced.learn,
    traced.guess,
    traced.slip,
    traced.forget
from drivemaster.concepts as concept
left join (
    select
        concept_id,
        percentile_disc(0.5) within group (order by initial_knowledge) as prior,
        percentile_disc(0.5) within group (order by learning_rate) as learn,
        percentile_disc(0.5) within group (order by guess_parameter) as guess,
        percentile_disc(0.5) within group (order by slip_parameter) as slip,
        0.0::double precision as forget
    from drivemaster.knowledge_states
    group by concept_id
) as traced on traced.concept_id = concept.id;
