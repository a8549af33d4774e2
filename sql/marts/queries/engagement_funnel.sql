-- One row per step of a funnel that a learner reached in the period, for entries of that period (definition E5).
-- name: engagement_funnel(platforms, tenant, zone, start, end, flow)
select platform, learner_id, entry_id, step_no, step, occurred_at
from marts.fact_funnel
where platform = any(cast(:platforms as text[]))
  and flow = cast(:flow as text)
  and occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
  and occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
  and occurred_at < cast('{as_of}' as timestamptz)
  and recorded_at < cast('{as_of}' as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
order by platform, learner_id, entry_id, step_no, occurred_at
