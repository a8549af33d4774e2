-- One row per concept at fault: the summary counts other learners, mastered or scheduled, than there are, or knows a concept that is gone.
-- Judged when nothing waits for a rollup; concepts nobody has begun may be missing until the next one.
with counted as (
    select
        concept_id, count(*) as learners, count(*) filter (where mastery_probability >= 0.95) as mastered,
        count(*) filter (where due_at is not null) as scheduled
    from drivemaster.knowledge_states
    group by concept_id
),
concepts as (
    select
        concept.id, coalesce(counted.learners, 0) as learners, coalesce(counted.mastered, 0) as mastered,
        coalesce(counted.scheduled, 0) as scheduled
    from drivemaster.concepts as concept
    left join counted on counted.concept_id = concept.id
)
select coalesce(concepts.id, summary.concept_id) as concept_id
from concepts
full join drivemaster.concept_mastery as summary on summary.concept_id = concepts.id
where (concepts.learners, concepts.mastered, concepts.scheduled)
    is distinct from (coalesce(summary.learners, 0), coalesce(summary.mastered, 0), coalesce(summary.scheduled, 0))
    and not exists (select from marts.touched_day where platform = 'drivemaster')
