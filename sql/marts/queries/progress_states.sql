-- One row per learner and skill answered before the end of the period: answers, and where the replay of them has arrived (definition P1).
-- name: progress_states(platforms, tenant, unit, learner, until)
select
    platform,
    cast(learner_id as text) as learner_id,
    cast(skill_id as text) as skill_id,
    tenant,
    answers,
    correct,
    opportunities,
    cast(extract(epoch from first_at) as float8) as first_s,
    cast(extract(epoch from last_at) as float8) as last_s,
    log_odds,
    cast(extract(epoch from mastered_at) as float8) as mastered_s,
    answers_to_mastery
from marts.learner_skill
where platform = any(cast(:platforms as text[]))
  and first_at < cast(:until as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id, skill_id
