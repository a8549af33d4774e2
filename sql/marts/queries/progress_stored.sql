-- One row per learner and skill with a stored state of knowledge, as it is now (definition P3).
-- name: progress_stored(platforms, tenant, unit, learner)
select
    platform,
    cast(learner_id as text) as learner_id,
    cast(skill_id as text) as skill_id,
    mastery_probability as stored,
    cast(extract(epoch from updated_at) as float8) as updated_s,
    cast(extract(epoch from due_at) as float8) as due_s
from marts.fact_mastery
where platform = any(cast(:platforms as text[]))
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id, skill_id
