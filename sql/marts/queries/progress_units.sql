-- One row per kind of unit, unit and grade (an empty one included): learners it is assigned to, how many completed it, how they scored (definition P7).
-- name: progress_units(platforms, tenant, unit, learner, until)
select
    platform,
    unit_type,
    cast(unit_id as text) as unit_id,
    named.name,
    named.category,
    grade,
    count(*) as assigned,
    count(*) filter (where completed_at < cast(:until as timestamptz)) as completed,
    sum(completed_ratio) as completed_sum,
    count(score_ratio) as scored,
    sum(score_ratio) as score_sum,
    sum(score_ratio * score_ratio) as score_square_sum
from marts.fact_completion as completion
left join marts.dim_unit as named using (platform, unit_id)
where platform = any(cast(:platforms as text[]))
  and completion.recorded_at < cast(:until as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:learner as uuid) is null or learner_id = cast(:learner as uuid))
  and (cast(:unit as uuid) is null or unit_id = cast(:unit as uuid))
group by platform, unit_type, unit_id, named.name, named.category, grade
order by platform, unit_type, unit_id, grade nulls last
