-- One row per answer to an item of a skill, of a share of the learners drawn by their identity, in the order of time.
-- name: progress_attempts(platforms, tenant, unit, learner, until, share)
select
    platform,
    cast(learner_id as text) as learner_id,
    cast(skill_id as text) as skill_id,
    cast(item_id as text) as item_id,
    cast(extract(epoch from occurred_at) as float8) as at_s,
    is_correct,
    cast(response_ms as float8) as response_ms
from marts.fact_attempt
where platform = any(cast(:platforms as text[]))
  and occurred_at < cast(:until as timestamptz)
  and occurred_at < cast('{as_of}' as timestamptz)
  and recorded_at < cast('{as_of}' as timestamptz)
  and skill_id is not null
  and is_correct is not null
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and cast(cast('x' || substr(md5(cast(learner_id as text)), 1, 7) as bit(28)) as integer) < cast(:share as float8) * 268435456
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id, occurred_at, attempt_id
