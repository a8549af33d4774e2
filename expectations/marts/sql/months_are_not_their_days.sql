-- One row per month and series at fault: its measures are not the sums of its days.
with summed as (
    select
        time_zone, platform, cast(date_trunc('month', day) as date) as month, tenant, model, source,
        sum(answers) as answers, sum(errors) as errors, sum(cited) as cited, sum(citations) as citations,
        sum(resolvable_citations) as resolvable, sum(priced) as priced, sum(cost_jpy) as cost_jpy,
        sum(relevance_sum) as relevance_sum, sum(citation_rate_sum) as citation_rate_sum,
        sum(feedback_up) as up, sum(feedback_zero) as zero, sum(feedback_down) as down,
        sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens
    from marts.ai_answer_day
    group by 1, 2, 3, 4, 5, 6
)
select
    time_zone,
    platform,
    month,
    tenant,
    model,
    source
from summed as s
full join marts.ai_answer_month as m using (time_zone, platform, month, tenant, model, source)
where (s.answers, s.errors, s.cited, s.citations, s.resolvable, s.priced, s.cost_jpy, s.relevance_sum, s.citation_rate_sum,
       s.up, s.zero, s.down, s.input_tokens, s.output_tokens)
    is distinct from (
        cast(m.answers as numeric), m.errors, m.cited, m.citations, m.resolvable_citations, m.priced, m.cost_jpy, m.relevance_sum,
        m.citation_rate_sum, m.feedback_up, m.feedback_zero, m.feedback_down, m.input_tokens, m.output_tokens
    )
