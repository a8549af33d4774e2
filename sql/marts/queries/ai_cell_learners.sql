-- One row per cell of the period (whole, day, model, source, day and model; * marks what it runs over): distinct learners (definition X5).
-- An answer that nobody was signed in for counts as one of a learner of its own. Read from raw rows: rollups cannot add learners up.
-- name: ai_cell_learners(platforms, tenant, model, zone, start, end)
with answer as (
    select distinct cast(occurred_at at time zone cast(:zone as text) as date) as day,
           coalesce(model, 'unknown') as model, coalesce(source, 'unknown') as source, coalesce(learner_id, answer_id) as learner_id
    from marts.fact_ai_answer
    where platform = any(cast(:platforms as text[]))
      and occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
      and (cast(:model as text) is null or coalesce(model, 'unknown') = cast(:model as text))
)
select case grouping(day) when 0 then cast(day as text) else '*' end as day,
       case grouping(model) when 0 then model else '*' end as model,
       case grouping(source) when 0 then source else '*' end as source,
       count(distinct learner_id) as learners
from answer
group by grouping sets ((), (day), (model), (source), (day, model))
