-- One row per skill, opportunity and how many opportunities the learners had (definition P4). For the learners of one unit they are counted from
-- the outcomes kept of each learner, for all from the rollup of these.
-- name: progress_opportunities(platforms, tenant, unit, until)
with told as (
    select platform, skill_id, reached, opportunity, learners, errors
    from marts.skill_opportunity
    where cast(:unit as uuid) is null
      and platform = any(cast(:platforms as text[]))
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    union all
    select platform, skill_id, length(outcomes), place, 1, 1 - get_bit(outcomes, place - 1)
    from marts.learner_skill
    cross join lateral generate_series(1, length(outcomes)) as place
    where cast(:unit as uuid) is not null
      and platform = any(cast(:platforms as text[]))
      and first_at < cast(:until as timestamptz)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
      and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
)
select
    platform,
    cast(skill_id as text) as skill_id,
    cast(reached as integer) as reached,
    cast(opportunity as integer) as opportunity,
    cast(sum(learners) as bigint) as learners,
    cast(sum(errors) as bigint) as errors
from told
group by platform, skill_id, reached, opportunity
order by platform, skill_id, reached, opportunity
