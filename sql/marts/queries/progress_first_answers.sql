-- One row per learner and item: the first answer, which item statistics are about (definition P6).
-- name: progress_first_answers(platforms, tenant, unit, learner, until, share)
select
    platform,
    cast(learner_id as text) as learner_id,
    cast(item_id as text) as item_id,
    cast(skill_id as text) as skill_id,
    cast(extract(epoch from first_at) as float8) as first_s,
    is_correct,
    cast(response_ms as float8) as response_ms,
    attempts,
    correct
from marts.item_response
where platform = any(cast(:platforms as text[]))
  and first_at < cast(:until as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and cast(cast('x' || substr(md5(cast(learner_id as text)), 1, 7) as bit(28)) as integer) < cast(:share as float8) * 268435456
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id, first_at, item_id
