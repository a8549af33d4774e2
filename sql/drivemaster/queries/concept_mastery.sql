-- One row per active concept: how far its learners are, from the materialized view.
-- name: concept_mastery(category)
select
    concept.id as concept_id,
    concept.key as concept,
    concept.name,
    concept.category,
    coalesce(summary.learners, 0) as learners,
    coalesce(summary.mastered, 0) as mastered,
    summary.mean_mastery,
    coalesce(summary.scheduled, 0) as scheduled
from drivemaster.concepts as concept
left join drivemaster.concept_mastery as summary on summary.concept_id = concept.id
where concept.is_active and (cast(:category as text) is null or concept.category = cast(:category as text))
order by concept.category, concept.key
