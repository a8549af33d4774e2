-- One row per item: the answers in the event log, from the materialized view, beside the item's own counters.
-- name: content_performance(category)
select
    item.id as content_id,
    item.title,
    item.category,
    concept.key as concept,
    item.version,
    item.variant,
    item.is_active,
    item.difficulty,
    coalesce(summary.answers, 0) as answers,
    coalesce(summary.correct, 0) as correct,
    summary.mean_response_ms,
    item.total_attempts as counted_answers,
    item.correct_attempts as counted_correct
from drivemaster.content as item
join drivemaster.concepts as concept on concept.id = item.concept_id
left join drivemaster.content_performance as summary on summary.content_id = item.id
where cast(:category as text) is null or item.category = cast(:category as text)
order by item.category, concept.key, item.title, item.version, item.variant
