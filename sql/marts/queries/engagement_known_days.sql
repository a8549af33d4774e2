-- One row per learner and local day on which they were active, with the instant from which that was known, for back-tests (definition E1).
-- Only learners take part, as in the rollups.
-- name: engagement_known_days(platforms, tenant, zone, start, end)
select f.platform,
       f.learner_id,
       cast(f.occurred_at at time zone cast(:zone as text) as date) as day,
       min(f.recorded_at) as known_at
from marts.fact_activity as f
join marts.learner_cohort as c on c.time_zone = cast(:zone as text) and c.platform = f.platform and c.learner_id = f.learner_id
where f.platform = any(cast(:platforms as text[]))
  and f.activity not in ('visited', 'booked', 'messaged', 'rated')
  and f.occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
  and f.occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
  and f.occurred_at < cast('{as_of}' as timestamptz)
  and f.recorded_at < cast('{as_of}' as timestamptz)
  and (cast(:tenant as text) is null or f.tenant = cast(:tenant as text))
group by f.platform, f.learner_id, 3
order by f.platform, f.learner_id, 3
