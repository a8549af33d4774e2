-- One row per local day, tenant, model and source of AI answers: counts and sums (definitions R1-R4).
-- Scores have at most six decimals, so their sums are kept exact as integers of millionths: the same rows in any order, the same sum.
-- name: ai_answer_day(platform, zone)!
insert into marts.ai_answer_day (
    time_zone, platform, day, tenant, model, source, answers, errors, cited, priced, cost_jpy, cost_square_sum,
    citation_rate_count, citation_rate_sum, citation_rate_square_sum, relevance_count, relevance_sum, relevance_square_sum,
    feedback_up, feedback_zero, feedback_down, input_tokens, output_tokens,
    citations, resolvable_citations, citations_missing, citations_not_permitted, citations_unlicensed, citations_expired)
with day as (
    select day from batch_day where time_zone = cast(:zone as text) and not sealed
),
answer as (
    select f.{day} as day, f.tenant, f.model_key, f.source_key,
           count(*) as answers,
           count(*) filter (where f.is_error) as errors,
           count(*) filter (where not f.is_error and f.citation_count > 0) as cited,
           count(f.cost_jpy) as priced,
           coalesce(sum(f.cost_jpy), 0) as cost_jpy,
           coalesce(sum(f.cost_jpy * f.cost_jpy), 0) as cost_square_sum,
           count(f.citation_rate_pct) filter (where not f.is_error) as citation_rate_count,
           coalesce(sum(cast(round(f.citation_rate_pct * 1e6) as bigint)) filter (where not f.is_error), 0) as citation_rate_sum,
           coalesce(sum(cast(round(f.citation_rate_pct * f.citation_rate_pct * 1e6) as bigint)) filter (where not f.is_error), 0)
               as citation_rate_square_sum,
           count(f.relevance_score) filter (where not f.is_error) as relevance_count,
           coalesce(sum(cast(round(f.relevance_score * 1e6) as bigint)) filter (where not f.is_error), 0) as relevance_sum,
           coalesce(sum(cast(round(f.relevance_score * f.relevance_score * 1e6) as bigint)) filter (where not f.is_error), 0)
               as relevance_square_sum,
           count(*) filter (where f.feedback = 1) as feedback_up,
           count(*) filter (where f.feedback = 0) as feedback_zero,
           count(*) filter (where f.feedback = -1) as feedback_down,
           coalesce(sum(f.input_tokens), 0) as input_tokens,
           coalesce(sum(f.output_tokens), 0) as output_tokens
    from batch_fact_ai_answer as f
    join day as d on d.day = f.{day}
    group by f.{day}, f.tenant, f.model_key, f.source_key
),
citation as (
    select f.{day} as day, f.tenant, f.model_key, f.source_key,
           count(*) as citations,
           count(*) filter (where f.resolution = 'resolvable') as resolvable,
           count(*) filter (where f.resolution = 'missing') as missing,
           count(*) filter (where f.resolution = 'not_permitted') as not_permitted,
           count(*) filter (where f.resolution = 'unlicensed') as unlicensed,
           count(*) filter (where f.resolution = 'expired') as expired
    from batch_fact_citation as f
    join day as d on d.day = f.{day}
    group by f.{day}, f.tenant, f.model_key, f.source_key
)
select cast(:zone as text), cast(:platform as text), a.day, a.tenant, a.model_key, a.source_key,
       a.answers, a.errors, a.cited, a.priced, a.cost_jpy, a.cost_square_sum,
       a.citation_rate_count, round(a.citation_rate_sum / 1000000.0, 6), round(a.citation_rate_square_sum / 1000000.0, 6),
       a.relevance_count, round(a.relevance_sum / 1000000.0, 6), round(a.relevance_square_sum / 1000000.0, 6),
       a.feedback_up, a.feedback_zero, a.feedback_down, a.input_tokens, a.output_tokens,
       coalesce(c.citations, 0), coalesce(c.resolvable, 0), coalesce(c.missing, 0), coalesce(c.not_permitted, 0),
       coalesce(c.unlicensed, 0), coalesce(c.expired, 0)
from answer as a
left join citation as c using (day, tenant, model_key, source_key)
