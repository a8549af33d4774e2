-- Indexes for the questions asked of the RAG tables, one row per calendar month of answers (rag_summary),
-- and the documentation of the tables. Safe to re-run.

create index if not exists idx_ai_dialogue_user_created on mued.ai_dialogue_log (user_id, created_at desc);
create index if not exists idx_provenance_expiring on mued.provenance (mued.expires_at(acquired_at, retention_years))
    where retention_years is not null;
create unique index if not exists idx_rag_metrics_date_unique on mued.rag_metrics_history (date);
create index if not exists idx_plugin_enabled_healthy on mued.plugin_registry (source)
    where enabled and health_status = 'healthy';

create materialized view if not exists mued.rag_summary as
select
    date_trunc('month', date::timestamp)::date as month,
    count(*) as days,
    sum(answers)::bigint as answers,
    sum(errors)::bigint as errors,
    sum(priced_answers)::bigint as priced_answers,
    sum(cost_total_jpy) as cost_jpy,
    sum(cost_total_jpy) / nullif(sum(priced_answers), 0) as cost_per_answer_jpy,
    sum(feedback_up)::bigint as feedback_up,
    sum(feedback_zero)::bigint as feedback_zero,
    sum(feedback_down)::bigint as feedback_down
from mued.rag_metrics_history
group by 1;
create unique index if not exists idx_rag_summary_key on mued.rag_summary (month);
grant select on mued.rag_summary to workbench_reader, workbench_identified;

comment on table mued.ai_dialogue_log is 'RAG dialogues with citations, latency, cost and quality: one row per answer.';
comment on column mued.ai_dialogue_log.id is 'Identity of the answer.';
comment on column mued.ai_dialogue_log.user_id is 'Who asked; empty for a request without an account.';
comment on column mued.ai_dialogue_log.session_id is 'Session the question was asked in.';
comment on column mued.ai_dialogue_log.query is 'Personal: text of the question.';
comment on column mued.ai_dialogue_log.response is 'Personal: text of the answer.';
comment on column mued.ai_dialogue_log.citations is 'Personal: JSON array of citations {provenance_id, title, quote, position}; a quote may come from a learner''s own log.';
comment on column mued.ai_dialogue_log.latency_ms is 'Response time in milliseconds, with fractions; may be empty for an error.';
comment on column mued.ai_dialogue_log.citation_rate is 'Share of the response backed by citations, 0 to 100, as the platform states it.';
comment on column mued.ai_dialogue_log.token_cost_jpy is 'Cost of the answer in JPY; empty when unpriced.';
comment on column mued.ai_dialogue_log.relevance_score is 'Quality score of the answer, 0 to 1.';
comment on column mued.ai_dialogue_log.user_feedback is 'Rating: -1 negative, 0 neutral, 1 positive, empty unrated.';
comment on column mued.ai_dialogue_log.model is 'Model that answered.';
comment on column mued.ai_dialogue_log.source is 'Content source used: plugin_registry.source.';
comment on column mued.ai_dialogue_log.input_tokens is 'Tokens sent.';
comment on column mued.ai_dialogue_log.output_tokens is 'Tokens received.';
comment on column mued.ai_dialogue_log.error_code is 'Set when no answer was given: why.';
comment on column mued.ai_dialogue_log.created_at is 'When the question was asked.';
comment on column mued.ai_dialogue_log.recorded_at is 'When the row reached this database; later than created_at for late arrivals.';

comment on table mued.provenance is 'Lineage, licence and rights of content. content_id is polymorphic: content_type says which table it points to, no foreign key holds it.';
comment on column mued.provenance.id is 'Identity cited by answers.';
comment on column mued.provenance.content_id is 'Polymorphic: materials.id for material, ai_dialogue_log.id for ai_response, log_entries.id for creation_log; empty for content held elsewhere.';
comment on column mued.provenance.content_type is 'Kind of content.';
comment on column mued.provenance.source_uri is 'Original address.';
comment on column mued.provenance.license_type is 'Licence; empty or all_rights_reserved: not licensed for use.';
comment on column mued.provenance.acquisition_method is 'How it was obtained.';
comment on column mued.provenance.acquired_by is 'Who obtained it; empty for the system, or after that person was erased.';
comment on column mued.provenance.acquired_at is 'When it was obtained; retention counts from here.';
comment on column mued.provenance.hash_c2pa is 'C2PA digital signature.';
comment on column mued.provenance.retention_years is 'Years it may be kept; empty: no limit.';
comment on column mued.provenance.permission_flag is 'Whether permission to use it was obtained.';
comment on column mued.provenance.created_at is 'When the row was made.';
comment on column mued.provenance.updated_at is 'Last change of the row.';

comment on table mued.rag_metrics_history is 'Metrics of one UTC day, written by the rollup; percentiles are exact over that day''s answers and must not be averaged over days.';
comment on column mued.rag_metrics_history.id is 'Identity of the row.';
comment on column mued.rag_metrics_history.date is 'UTC day; unique.';
comment on column mued.rag_metrics_history.answers is 'Answers, errors included.';
comment on column mued.rag_metrics_history.errors is 'Error answers.';
comment on column mued.rag_metrics_history.priced_answers is 'Answers with a price.';
comment on column mued.rag_metrics_history.citation_rate is 'Mean citation_rate of the answers without error, 0 to 100.';
comment on column mued.rag_metrics_history.latency_p50_ms is 'Median latency of the answers without error.';
comment on column mued.rag_metrics_history.latency_p95_ms is '95th percentile of the latency.';
comment on column mued.rag_metrics_history.latency_p99_ms is '99th percentile of the latency.';
comment on column mued.rag_metrics_history.cost_total_jpy is 'Cost of the priced answers in JPY.';
comment on column mued.rag_metrics_history.cost_per_answer is 'Cost of the priced answers divided by their number, in JPY.';
comment on column mued.rag_metrics_history.relevance_avg is 'Mean relevance score, 0 to 1.';
comment on column mued.rag_metrics_history.feedback_up is 'Answers rated +1.';
comment on column mued.rag_metrics_history.feedback_zero is 'Answers rated 0.';
comment on column mued.rag_metrics_history.feedback_down is 'Answers rated -1.';
comment on column mued.rag_metrics_history.slo_compliance is 'Objective name to whether that day met it; null where the day has no data.';
comment on column mued.rag_metrics_history.computed_at is 'When the rollup wrote the row.';

comment on table mued.plugin_registry is 'Content sources and what they can do.';
comment on column mued.plugin_registry.id is 'Identity of the plugin.';
comment on column mued.plugin_registry.name is 'Name for people.';
comment on column mued.plugin_registry.source is 'Unique short name, for instance note or local.';
comment on column mued.plugin_registry.version is 'Version, three numbers.';
comment on column mued.plugin_registry.capabilities is 'JSON object: list, search, filter, fetch, transform to true or false.';
comment on column mued.plugin_registry.config is 'Configuration; may hold secrets, no reading role sees it.';
comment on column mued.plugin_registry.enabled is 'Whether it is used.';
comment on column mued.plugin_registry.health_status is 'unknown, healthy, degraded or unhealthy.';
comment on column mued.plugin_registry.last_health_check is 'When health_status was found.';
comment on column mued.plugin_registry.created_at is 'When it was registered.';
comment on column mued.plugin_registry.updated_at is 'Last change of the row.';

comment on materialized view mued.rag_summary is 'Answers by calendar month (UTC), added up from rag_metrics_history, as of the last refresh; percentiles and means do not add up and stay by day.';
comment on column mued.rag_summary.month is 'First day of the month.';
comment on column mued.rag_summary.days is 'Days with answers.';
comment on column mued.rag_summary.answers is 'Answers, errors included.';
comment on column mued.rag_summary.errors is 'Error answers.';
comment on column mued.rag_summary.priced_answers is 'Answers with a price.';
comment on column mued.rag_summary.cost_jpy is 'Cost of the priced answers.';
comment on column mued.rag_summary.cost_per_answer_jpy is 'That cost over the priced answers.';
comment on column mued.rag_summary.feedback_up is 'Answers rated +1.';
comment on column mued.rag_summary.feedback_zero is 'Answers rated 0.';
comment on column mued.rag_summary.feedback_down is 'Answers rated -1.';
