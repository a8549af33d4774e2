-- One row per local day without an answer (definition S6): idle without a session, silent with sessions, unused where other models answered.
-- name: ai_days_without_data(platforms, tenant, model, zone, start, end)
with calendar as (
    select cast(g as date) as day
    from generate_series(cast(cast(:start as date) as timestamp), cast(:end as date) - interval '1 day', interval '1 day') as g
    where cast(g as timestamp) at time zone cast(:zone as text) < least(cast('{as_of}' as timestamptz), now())
),
answered as (
    select day, cast(sum(answers) as bigint) as answers,
           coalesce(cast(sum(answers) filter (where cast(:model as text) is null or model = cast(:model as text)) as bigint), 0) as chosen
    from marts.ai_answer_day
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    group by day
),
visited as (
    select cast(started_at at time zone cast(:zone as text) as date) as day, count(*) as sessions
    from marts.fact_session
    where platform = any(cast(:platforms as text[]))
      and started_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
      and started_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
      and started_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    group by 1
)
select c.day, coalesce(v.sessions, 0) as sessions, coalesce(a.answers, 0) as other_answers,
       case when a.answers > 0 then 'unused' when v.sessions > 0 then 'silent' else 'idle' end as kind
from calendar as c
left join answered as a using (day)
left join visited as v using (day)
where coalesce(a.chosen, 0) = 0
order by c.day
