-- One row per kind of unit with a category, with a grade, and with neither (all of the kind): learners, and how their units were done.
-- name: progress_unit_kinds(platforms, tenant, unit, until)
select
    platform,
    unit_type,
    case when grouping(named.category) = 1 then '*' else coalesce(named.category, 'none') end as category,
    case when grouping(completion.grade) = 1 then '*' else completion.grade end as grade,
    count(distinct learner_id) as learners,
    count(*) as assigned,
    count(*) filter (where completed_at < cast(:until as timestamptz)) as completed,
    sum(completed_ratio) as completed_sum,
    count(score_ratio) as scored,
    sum(score_ratio) as score_sum
from marts.fact_completion as completion
left join marts.dim_unit as named using (platform, unit_id)
where platform = any(cast(:platforms as text[]))
  and completion.recorded_at < cast(:until as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:unit as uuid) is null or unit_id = cast(:unit as uuid))
group by grouping sets ((platform, unit_type), (platform, unit_type, named.category), (platform, unit_type, completion.grade))
order by platform, unit_type, 3, 4 nulls last
