-- Rollups of AI answers. One row per local day and series (counts and sums, latency histogram), per learner day, or per UTC day of an objective.

-- Not strict: the planner then writes the body into the query, and millions of calls cost little.
create function marts.sketch_bucket(value double precision) returns smallint
    language sql immutable parallel safe
as $$
    select case when value > 0 then cast(ceil(ln(value) / 0.020000666706669435::float8) as smallint)
                when value <= 0 then cast(-32768 as smallint) end
$$;
comment on function marts.sketch_bucket(double precision) is
    'Bucket of a value in the histogram with 1 % relative accuracy (definition Q2): ceil(ln x / ln gamma), gamma = 1.01/0.99; -32768 for 0 and below';

create table marts.ai_answer_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    model text not null,
    source text not null,
    answers bigint not null,
    errors bigint not null,
    cited bigint not null,
    citations bigint not null,
    resolvable_citations bigint not null,
    citations_missing bigint not null,
    citations_not_permitted bigint not null,
    citations_unlicensed bigint not null,
    citations_expired bigint not null,
    priced bigint not null,
    cost_jpy numeric not null,
    cost_square_sum numeric not null,
    citation_rate_count bigint not null,
    citation_rate_sum numeric not null,
    citation_rate_square_sum numeric not null,
    relevance_count bigint not null,
    relevance_sum numeric not null,
    relevance_square_sum numeric not null,
    feedback_up bigint not null,
    feedback_zero bigint not null,
    feedback_down bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    primary key (time_zone, platform, day, tenant, model, source)
);
comment on table marts.ai_answer_day is 'Counts and sums of AI answers of a local day by tenant, model and source; every measure adds up over rows';
comment on column marts.ai_answer_day.time_zone is 'Time zone that cuts the day';
comment on column marts.ai_answer_day.platform is 'Platform';
comment on column marts.ai_answer_day.day is 'Local day of the answer';
comment on column marts.ai_answer_day.tenant is 'Tenant of the learner';
comment on column marts.ai_answer_day.model is 'Model that answered; unknown where none was recorded';
comment on column marts.ai_answer_day.source is 'Content source of the answer; unknown where none was recorded';
comment on column marts.ai_answer_day.answers is 'Answers, error answers included';
comment on column marts.ai_answer_day.errors is 'Error answers';
comment on column marts.ai_answer_day.cited is 'Answers without error that have at least one citation (definition R1)';
comment on column marts.ai_answer_day.citations is 'Citations in all answers';
comment on column marts.ai_answer_day.resolvable_citations is 'Citations that resolve to content which is permitted, licensed and not expired (definition R2)';
comment on column marts.ai_answer_day.citations_missing is 'Citations that resolve to nothing';
comment on column marts.ai_answer_day.citations_not_permitted is 'Citations of content without permission';
comment on column marts.ai_answer_day.citations_unlicensed is 'Citations of content without a licence for use';
comment on column marts.ai_answer_day.citations_expired is 'Citations of content past its retention at the time of the answer';
comment on column marts.ai_answer_day.priced is 'Answers with a price';
comment on column marts.ai_answer_day.cost_jpy is 'Sum of the prices in yen';
comment on column marts.ai_answer_day.cost_square_sum is 'Sum of the squared prices';
comment on column marts.ai_answer_day.citation_rate_count is 'Answers without error that state a citation rate';
comment on column marts.ai_answer_day.citation_rate_sum is 'Sum of the stated citation rates in per cent';
comment on column marts.ai_answer_day.citation_rate_square_sum is 'Sum of the squared citation rates';
comment on column marts.ai_answer_day.relevance_count is 'Answers without error that have a relevance score';
comment on column marts.ai_answer_day.relevance_sum is 'Sum of the relevance scores (0 to 1)';
comment on column marts.ai_answer_day.relevance_square_sum is 'Sum of the squared relevance scores';
comment on column marts.ai_answer_day.feedback_up is 'Answers rated +1';
comment on column marts.ai_answer_day.feedback_zero is 'Answers rated 0';
comment on column marts.ai_answer_day.feedback_down is 'Answers rated -1';
comment on column marts.ai_answer_day.input_tokens is 'Sum of the input tokens';
comment on column marts.ai_answer_day.output_tokens is 'Sum of the output tokens';

create table marts.ai_answer_month (like marts.ai_answer_day including comments);
alter table marts.ai_answer_month rename column day to month;
alter table marts.ai_answer_month add primary key (time_zone, platform, month, tenant, model, source);
comment on table marts.ai_answer_month is 'Rows of ai_answer_day added up by calendar month, so that a long period is read from few rows';
comment on column marts.ai_answer_month.month is 'First day of the month';

create table marts.ai_answer_latency (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    model text not null,
    source text not null,
    answers bigint not null,
    p50_ms double precision not null,
    p95_ms double precision not null,
    p99_ms double precision not null,
    buckets smallint[] not null,
    counts bigint[] not null,
    primary key (time_zone, platform, day, tenant, model, source)
);
comment on table marts.ai_answer_latency is
    'Latency of the answers without error of a local day. Besides the rows by tenant, model and source there are totals, marked *: (tenant, model, *), (tenant, *, *), (*, model, *), (*, *, *)';
comment on column marts.ai_answer_latency.time_zone is 'Time zone that cuts the day';
comment on column marts.ai_answer_latency.platform is 'Platform';
comment on column marts.ai_answer_latency.day is 'Local day of the answer';
comment on column marts.ai_answer_latency.tenant is 'Tenant, or * for all';
comment on column marts.ai_answer_latency.model is 'Model (unknown where none was recorded), or * for all';
comment on column marts.ai_answer_latency.source is 'Content source (unknown where none was recorded), or * for all';
comment on column marts.ai_answer_latency.answers is 'Answers without error that have a latency';
comment on column marts.ai_answer_latency.p50_ms is 'Exact median of the day in milliseconds (definition Q1); never to be averaged over days';
comment on column marts.ai_answer_latency.p95_ms is 'Exact 95th percentile of the day in milliseconds (definition Q1)';
comment on column marts.ai_answer_latency.p99_ms is 'Exact 99th percentile of the day in milliseconds (definition Q1)';
comment on column marts.ai_answer_latency.buckets is 'Buckets that are not empty, ascending; -32768 is the one for 0 ms (definition Q2)';
comment on column marts.ai_answer_latency.counts is 'Answers in each of the buckets; they add up over days, tenants, models and sources';

create table marts.ai_answer_latency_month (
    time_zone text not null,
    platform text not null,
    month date not null,
    tenant text not null,
    model text not null,
    source text not null,
    answers bigint not null,
    buckets smallint[] not null,
    counts bigint[] not null,
    primary key (time_zone, platform, month, tenant, model, source)
);
comment on table marts.ai_answer_latency_month is 'Histograms of ai_answer_latency added up by calendar month, so that a long period is merged from few rows';
comment on column marts.ai_answer_latency_month.time_zone is 'Time zone that cuts the month';
comment on column marts.ai_answer_latency_month.platform is 'Platform';
comment on column marts.ai_answer_latency_month.month is 'First day of the month';
comment on column marts.ai_answer_latency_month.tenant is 'Tenant, or * for all';
comment on column marts.ai_answer_latency_month.model is 'Model, or * for all';
comment on column marts.ai_answer_latency_month.source is 'Content source, or * for all';
comment on column marts.ai_answer_latency_month.answers is 'Answers without error that have a latency';
comment on column marts.ai_answer_latency_month.buckets is 'Buckets that are not empty, ascending';
comment on column marts.ai_answer_latency_month.counts is 'Answers in each of the buckets';

create table marts.learner_ai_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    learner_id uuid not null,
    tenant text not null,
    answers bigint not null,
    errors bigint not null,
    bad bigint not null,
    priced bigint not null,
    cost_jpy numeric not null,
    primary key (time_zone, platform, day, learner_id, tenant)
);
comment on table marts.learner_ai_day is 'AI answers that a learner received on a local day; the learner is an id only';
comment on column marts.learner_ai_day.time_zone is 'Time zone that cuts the day';
comment on column marts.learner_ai_day.platform is 'Platform';
comment on column marts.learner_ai_day.day is 'Local day of the answers';
comment on column marts.learner_ai_day.learner_id is 'Learner who asked';
comment on column marts.learner_ai_day.tenant is 'Tenant of the learner';
comment on column marts.learner_ai_day.answers is 'Answers, error answers included';
comment on column marts.learner_ai_day.errors is 'Error answers';
comment on column marts.learner_ai_day.bad is 'Answers that missed at least one objective over fact_ai_answer';
comment on column marts.learner_ai_day.priced is 'Answers with a price';
comment on column marts.learner_ai_day.cost_jpy is 'Sum of the prices in yen';

create table marts.slo_slice (
    platform text not null,
    day date not null,
    slo text not null,
    tenant text not null,
    model text not null,
    good bigint not null,
    total bigint not null,
    slots smallint[] not null,
    slot_good bigint[] not null,
    slot_total bigint[] not null,
    primary key (platform, day, slo, tenant, model),
    check (good between 0 and total)
);
comment on table marts.slo_slice is
    'Good and total events of an objective by five minutes of a UTC day (definitions S1, S2). Besides the rows by tenant and model there is one marked * in both, over all';
comment on column marts.slo_slice.platform is 'Platform';
comment on column marts.slo_slice.day is 'UTC day';
comment on column marts.slo_slice.slo is 'Name of the objective';
comment on column marts.slo_slice.tenant is 'Tenant of the learner, or * for all';
comment on column marts.slo_slice.model is 'Model that answered (unknown where none was recorded), or * for all';
comment on column marts.slo_slice.good is 'Events of the day that met the objective';
comment on column marts.slo_slice.total is 'Events of the day that count for the objective';
comment on column marts.slo_slice.slots is 'Five-minute slots of the day that have events, ascending from 0 (00:00 UTC) to 287';
comment on column marts.slo_slice.slot_good is 'Events in each of the slots that met the objective';
comment on column marts.slo_slice.slot_total is 'Events in each of the slots that count';

grant select on marts.ai_answer_day, marts.ai_answer_month, marts.ai_answer_latency, marts.ai_answer_latency_month, marts.learner_ai_day, marts.slo_slice
    to workbench_reader, workbench_identified;
grant select, insert, delete on marts.ai_answer_day, marts.ai_answer_month, marts.ai_answer_latency, marts.ai_answer_latency_month, marts.learner_ai_day, marts.slo_slice
    to workbench_loader;
