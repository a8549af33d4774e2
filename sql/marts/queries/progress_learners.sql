-- One row per learner enrolled before the end of the period, those who never answered included: what they answered in its last 28 days.
-- name: progress_learners(platforms, tenant, unit, since, until)
with recent as (
    select platform, learner_id, count(*) as answers, count(*) filter (where is_correct) as correct
    from marts.fact_attempt
    where platform = any(cast(:platforms as text[]))
      and occurred_at >= cast(:since as timestamptz)
      and occurred_at < cast(:until as timestamptz)
      and occurred_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and is_correct is not null
    group by platform, learner_id
)
select
    platform,
    cast(learner_id as text) as learner_id,
    learner.tenant,
    coalesce(recent.answers, 0) as recent_answers,
    coalesce(recent.correct, 0) as recent_correct
from marts.dim_learner as learner
left join recent using (platform, learner_id)
where platform = any(cast(:platforms as text[]))
  and learner.role in ('student', 'learner')
  and learner.deleted_at is null
  and (learner.joined_at is null or learner.joined_at < cast(:until as timestamptz) or recent.answers > 0)
  and (cast(:tenant as text) is null or learner.tenant = cast(:tenant as text))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id
