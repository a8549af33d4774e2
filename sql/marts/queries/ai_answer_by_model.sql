-- One row per model and content source: counts and sums of the period (definitions Q3, R1-R4, X4), from whole months and remaining days.
-- name: ai_answer_by_model(platforms, tenant, model, zone, start, end, first_month, last_month)
select model,
       source,
       cast(sum(answers) as bigint) as answers,
       cast(sum(errors) as bigint) as errors,
       cast(sum(cited) as bigint) as cited,
       cast(sum(citations) as bigint) as citations,
       cast(sum(resolvable_citations) as bigint) as resolvable_citations,
       cast(sum(citations_missing) as bigint) as citations_missing,
       cast(sum(citations_not_permitted) as bigint) as citations_not_permitted,
       cast(sum(citations_unlicensed) as bigint) as citations_unlicensed,
       cast(sum(citations_expired) as bigint) as citations_expired,
       cast(sum(priced) as bigint) as priced,
       cast(sum(cost_jpy) as float8) as cost_jpy,
       cast(sum(cost_square_sum) as float8) as cost_square_sum,
       cast(sum(citation_rate_count) as bigint) as citation_rate_count,
       cast(sum(citation_rate_sum) as float8) as citation_rate_sum,
       cast(sum(citation_rate_square_sum) as float8) as citation_rate_square_sum,
       cast(sum(relevance_count) as bigint) as relevance_count,
       cast(sum(relevance_sum) as float8) as relevance_sum,
       cast(sum(relevance_square_sum) as float8) as relevance_square_sum,
       cast(sum(feedback_up) as bigint) as feedback_up,
       cast(sum(feedback_zero) as bigint) as feedback_zero,
       cast(sum(feedback_down) as bigint) as feedback_down,
       cast(sum(input_tokens) as bigint) as input_tokens,
       cast(sum(output_tokens) as bigint) as output_tokens
from (
    select *
    from marts.ai_answer_month
    where month >= cast(:first_month as date) and month < cast(:last_month as date)
    union all
    select *
    from marts.ai_answer_day
    where day >= cast(:start as date) and day < least(cast(:end as date), cast(:first_month as date))
    union all
    select *
    from marts.ai_answer_day
    where day >= greatest(cast(:first_month as date), cast(:last_month as date)) and day < cast(:end as date)
) as piece
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (cast(:model as text) is null or model = cast(:model as text))
group by model, source
order by model, source
