-- One row per calendar month, tenant, model and source of AI answers: the rows of its days added up, sealed days too.
-- name: ai_answer_month(platform, zone)!
insert into marts.ai_answer_month (
    time_zone, platform, month, tenant, model, source,
    answers, errors, cited, citations, resolvable_citations, citations_missing, citations_not_permitted, citations_unlicensed,
    citations_expired, priced, cost_jpy, cost_square_sum, citation_rate_count, citation_rate_sum, citation_rate_square_sum,
    relevance_count, relevance_sum, relevance_square_sum, feedback_up, feedback_zero, feedback_down, input_tokens, output_tokens)
select r.time_zone, r.platform, m.month, r.tenant, r.model, r.source,
       sum(r.answers), sum(r.errors), sum(r.cited), sum(r.citations), sum(r.resolvable_citations), sum(r.citations_missing),
       sum(r.citations_not_permitted), sum(r.citations_unlicensed), sum(r.citations_expired), sum(r.priced), sum(r.cost_jpy),
       sum(r.cost_square_sum), sum(r.citation_rate_count), sum(r.citation_rate_sum), sum(r.citation_rate_square_sum),
       sum(r.relevance_count), sum(r.relevance_sum), sum(r.relevance_square_sum), sum(r.feedback_up), sum(r.feedback_zero),
       sum(r.feedback_down), sum(r.input_tokens), sum(r.output_tokens)
from (
    select distinct cast(date_trunc('month', day) as date) as month
    from batch_day
    where time_zone = cast(:zone as text) and not sealed
) as m
join marts.ai_answer_day as r
  on r.time_zone = cast(:zone as text) and r.platform = cast(:platform as text)
 and r.day >= m.month and r.day < cast(m.month + interval '1 month' as date)
group by r.time_zone, r.platform, m.month, r.tenant, r.model, r.source
