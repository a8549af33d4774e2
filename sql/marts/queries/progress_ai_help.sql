-- One row per answer of an AI assistant to a learner, with what is known of how good it was.
-- name: progress_ai_help(platforms, tenant, unit, until)
select
    platform,
    cast(learner_id as text) as learner_id,
    cast(extract(epoch from occurred_at) as float8) as at_s,
    is_error,
    feedback,
    relevance_score
from marts.fact_ai_answer
where platform = any(cast(:platforms as text[]))
  and learner_id is not null
  and occurred_at < cast(:until as timestamptz)
  and occurred_at < cast('{as_of}' as timestamptz)
  and recorded_at < cast('{as_of}' as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id, occurred_at, answer_id
