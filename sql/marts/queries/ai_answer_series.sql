-- One row per local day, model and content source with answers: the counts that changes and raised rates are looked for in (definition X3).
-- name: ai_answer_series(platforms, tenant, model, zone, start, end)
select day,
       model,
       source,
       cast(sum(answers) as bigint) as answers,
       cast(sum(errors) as bigint) as errors,
       cast(sum(cited) as bigint) as cited,
       cast(sum(citations) as bigint) as citations,
       cast(sum(resolvable_citations) as bigint) as resolvable_citations,
       cast(sum(priced) as bigint) as priced,
       cast(sum(cost_jpy) as float8) as cost_jpy,
       cast(sum(feedback_up) as bigint) as feedback_up,
       cast(sum(feedback_down) as bigint) as feedback_down,
       cast(sum(input_tokens + output_tokens) as bigint) as tokens
from marts.ai_answer_day
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:model as text) is null or model = cast(:model as text))
group by day, model, source
order by day, model, source
