-- One row per skill answered in the period: answers, right ones, points. For the learners of one unit the raw rows are counted.
-- name: progress_work(platforms, tenant, unit, zone, start, end)
with told as (
    select platform, skill_id, attempts, correct, score_sum
    from marts.attempt_day
    where cast(:unit as uuid) is null
      and time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    union all
    select
        platform, skill_id, 1, cast(is_correct as integer), coalesce(score_ratio, cast(is_correct as integer))
    from marts.fact_attempt
    where cast(:unit as uuid) is not null
      and platform = any(cast(:platforms as text[]))
      and occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and is_correct is not null
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
    cast(sum(attempts) as bigint) as answers,
    cast(sum(correct) as bigint) as correct,
    sum(score_sum) as score_sum
from told
group by platform, skill_id
order by platform, skill_id
