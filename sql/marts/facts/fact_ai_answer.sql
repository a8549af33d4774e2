-- One row per answer of an AI assistant, errors included. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as answer_id,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as uuid) as session_id,
    cast(null as timestamptz) as occurred_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as text) as model,
    cast(null as text) as source,
    cast(null as boolean) as is_error,
    cast(null as double precision) as latency_ms,
    cast(null as numeric(14, 6)) as cost_jpy,
    cast(null as bigint) as input_tokens,
    cast(null as bigint) as output_tokens,
    cast(null as bigint) as citation_count,
    cast(null as double precision) as citation_rate_pct,
    cast(null as double precision) as relevance_score,
    cast(null as smallint) as feedback
where false;

comment on view marts.fact_ai_answer is 'One row per answer of an AI assistant, errors included.';
comment on column marts.fact_ai_answer.platform is 'Platform the row comes from.';
comment on column marts.fact_ai_answer.answer_id is 'Identity of the answer.';
comment on column marts.fact_ai_answer.learner_id is 'Learner; empty where nobody was signed in.';
comment on column marts.fact_ai_answer.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_ai_answer.session_id is 'Session the question was asked in.';
comment on column marts.fact_ai_answer.occurred_at is 'Event time.';
comment on column marts.fact_ai_answer.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_ai_answer.model is 'Model that answered.';
comment on column marts.fact_ai_answer.source is 'Content source used.';
comment on column marts.fact_ai_answer.is_error is 'True: no answer was given.';
comment on column marts.fact_ai_answer.latency_ms is 'Response time in milliseconds, with fractions: percentiles are published to a tenth.';
comment on column marts.fact_ai_answer.cost_jpy is 'Cost in JPY; empty when unpriced.';
comment on column marts.fact_ai_answer.input_tokens is 'Tokens sent.';
comment on column marts.fact_ai_answer.output_tokens is 'Tokens received.';
comment on column marts.fact_ai_answer.citation_count is 'Citations the answer carries.';
comment on column marts.fact_ai_answer.citation_rate_pct is 'Share of the answer backed by citations as the platform states it, 0 to 100 (definition R1).';
comment on column marts.fact_ai_answer.relevance_score is 'Quality score, 0 to 1.';
comment on column marts.fact_ai_answer.feedback is 'Rating -1, 0 or 1; empty when unrated (definition R3).';
