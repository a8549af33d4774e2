-- One row per skill and day on which reviews of it are due, as the schedule stands now (definition P5); overdue ones have no day.
-- name: progress_due(platforms, tenant, unit, learner, until, zone, days)
with bounds as (
    select
        cast(:until as timestamptz) as until_at,
        cast(cast(:until as timestamptz) at time zone cast(:zone as text) as date) as today
)
select
    platform,
    cast(skill_id as text) as skill_id,
    case when due_at >= bounds.until_at then cast(due_at at time zone cast(:zone as text) as date) end as day,
    cast(learner_id as text) as learner_id,
    mastery_probability
from bounds
cross join marts.fact_mastery
where platform = any(cast(:platforms as text[]))
  and cast(due_at at time zone cast(:zone as text) as date) < bounds.today + cast(:days as integer)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, day nulls first, skill_id, learner_id
