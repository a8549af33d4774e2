-- One row per answer of the assistant, errors included.
create view mued.fact_ai_answer as
select
    id as answer_id,
    user_id as learner_id,
    'mued'::text as tenant,
    session_id,
    created_at as occurred_at,
    recorded_at,
    model,
    source,
    error_code is not null as is_error,
    latency_ms,
    token_cost_jpy::numeric(14, 6) as cost_jpy,
    input_tokens::bigint as input_tokens,
    output_tokens::bigint as output_tokens,
    jsonb_array_length(citations)::bigint as citation_count,
    citation_rate::float8 as citation_rate_pct,
    relevance_score::float8 as relevance_score,
    user_feedback as feedback
from mued.ai_dialogue_log;
