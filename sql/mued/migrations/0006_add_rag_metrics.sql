-- One row per answer of the assistant (ai_dialogue_log), per piece of content with its rights (provenance), per UTC day
-- of metrics (rag_metrics_history) and per content source (plugin_registry), with the enums they share.
-- Safe to re-run: every statement leaves alone what is there.

do $$
begin
    if to_regtype('mued.content_type') is null then
        create type mued.content_type as enum ('material', 'creation_log', 'generated', 'note_article', 'ai_response');
    end if;
    if to_regtype('mued.acquisition_method') is null then
        create type mued.acquisition_method as enum ('api_fetch', 'manual_upload', 'ai_generated', 'user_created', 'system_import');
    end if;
    if to_regtype('mued.license_type') is null then
        create type mued.license_type as enum (
            'cc_by', 'cc_by_sa', 'cc_by_nc', 'cc_by_nc_sa', 'proprietary', 'mit', 'apache_2_0', 'all_rights_reserved', 'public_domain'
        );
    end if;
end
$$;
comment on type mued.content_type is 'What a provenance row is about; says which table content_id points to.';
comment on type mued.acquisition_method is 'How content was obtained.';
comment on type mued.license_type is 'Legal licence of content.';

-- In UTC, so that the result depends on no session setting and may stand in an index.
create or replace function mued.expires_at(acquired_at timestamptz, retention_years integer) returns timestamptz
    language sql immutable parallel safe
    return ((acquired_at at time zone 'UTC') + make_interval(years => retention_years)) at time zone 'UTC';
comment on function mued.expires_at(timestamptz, integer) is 'Instant from which content may no longer be kept; null without a retention period.';

create or replace function mued.cited_ids(citations jsonb) returns jsonb
    language sql immutable parallel safe
    return jsonb_path_query_array(citations, '$[*].provenance_id');
comment on function mued.cited_ids(jsonb) is 'JSON array of the provenance ids an answer cites.';

create table if not exists mued.ai_dialogue_log (
    id uuid primary key default gen_random_uuid(),
    user_id uuid,
    session_id uuid,
    query text,
    response text,
    citations jsonb not null default '[]',
    latency_ms double precision,
    citation_rate numeric(5, 2),
    token_cost_jpy numeric(12, 6),
    relevance_score numeric(4, 3),
    user_feedback smallint,
    model text,
    source text,
    input_tokens integer,
    output_tokens integer,
    error_code text,
    created_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    -- Each an object with provenance_id, an id in canonical form or null. One expression over the list of ids costs half of a
    -- test per citation; the text of a JSON array has its commas in the right places already.
    constraint ai_dialogue_citations_shape check (
        case when jsonb_typeof(citations) = 'array' then
            jsonb_array_length(citations)
                = jsonb_array_length(jsonb_path_query_array(citations, 'strict $[*].provenance_id', '{}', true))
            and jsonb_path_query_array(citations, 'strict $[*].provenance_id', '{}', true)::text
                ~ '^\[("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"|null|, )*\]$'
        else false end
    ),
    constraint ai_dialogue_latency_range check (latency_ms >= 0 and latency_ms < 'infinity'),
    constraint ai_dialogue_citation_rate_range check (citation_rate between 0 and 100),
    constraint ai_dialogue_cost_range check (token_cost_jpy >= 0),
    constraint ai_dialogue_relevance_range check (relevance_score between 0 and 1),
    constraint ai_dialogue_feedback_known check (user_feedback in (-1, 0, 1)),
    constraint ai_dialogue_tokens_range check (input_tokens >= 0 and output_tokens >= 0)
);

create table if not exists mued.provenance (
    id uuid primary key default gen_random_uuid(),
    content_id uuid,
    content_type mued.content_type not null,
    source_uri text,
    license_type mued.license_type,
    acquisition_method mued.acquisition_method not null,
    acquired_by uuid,
    acquired_at timestamptz not null default now(),
    hash_c2pa text,
    retention_years integer,
    permission_flag boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint provenance_retention_range check (retention_years between 1 and 100)
);

create table if not exists mued.rag_metrics_history (
    id uuid primary key default gen_random_uuid(),
    date date not null,
    answers bigint not null default 0,
    errors bigint not null default 0,
    priced_answers bigint not null default 0,
    citation_rate double precision,
    latency_p50_ms double precision,
    latency_p95_ms double precision,
    latency_p99_ms double precision,
    cost_total_jpy numeric(18, 6) not null default 0,
    cost_per_answer numeric(14, 6),
    relevance_avg double precision,
    feedback_up bigint not null default 0,
    feedback_zero bigint not null default 0,
    feedback_down bigint not null default 0,
    slo_compliance jsonb not null default '{}',
    computed_at timestamptz not null default now(),
    constraint rag_metrics_counts_range check (
        answers >= 0 and errors between 0 and answers and priced_answers between 0 and answers
        and least(feedback_up, feedback_zero, feedback_down) >= 0 and feedback_up + feedback_zero + feedback_down <= answers
    ),
    constraint rag_metrics_citation_rate_range check (citation_rate between 0 and 100),
    constraint rag_metrics_latency_order check (
        latency_p50_ms >= 0 and latency_p95_ms >= latency_p50_ms and latency_p99_ms >= latency_p95_ms
    ),
    constraint rag_metrics_cost_range check (cost_total_jpy >= 0 and cost_per_answer >= 0),
    constraint rag_metrics_relevance_range check (relevance_avg between 0 and 1),
    constraint rag_metrics_slo_shape check (
        jsonb_typeof(slo_compliance) = 'object'
        and not jsonb_path_exists(slo_compliance, 'strict $.* ? (@.type() != "boolean" && @.type() != "null")')
    )
);

create table if not exists mued.plugin_registry (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    source text not null,
    version text not null,
    capabilities jsonb not null default '{}',
    config jsonb not null default '{}',
    enabled boolean not null default true,
    health_status text not null default 'unknown',
    last_health_check timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint plugin_registry_source_key unique (source),
    constraint plugin_registry_source_form check (source ~ '^[a-z][a-z0-9_-]*$'),
    constraint plugin_registry_version_form check (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
    constraint plugin_registry_health_known check (health_status in ('unknown', 'healthy', 'degraded', 'unhealthy')),
    constraint plugin_registry_capabilities_shape check (
        jsonb_typeof(capabilities) = 'object'
        and not jsonb_path_exists(capabilities, 'strict $.* ? (@.type() != "boolean")')
    ),
    constraint plugin_registry_config_shape check (jsonb_typeof(config) = 'object')
);

create index if not exists idx_ai_dialogue_user on mued.ai_dialogue_log (user_id);
create index if not exists idx_ai_dialogue_created on mued.ai_dialogue_log (created_at);
-- Only the ids, not titles and quotes; without a pending list, which every look-up would have to read after a load.
create index if not exists idx_ai_dialogue_citations on mued.ai_dialogue_log
    using gin (mued.cited_ids(citations) jsonb_path_ops) with (fastupdate = off);
create index if not exists idx_provenance_content on mued.provenance (content_type, content_id);
create index if not exists idx_provenance_acquired_by on mued.provenance (acquired_by);
create index if not exists idx_provenance_license on mued.provenance (license_type);

create or replace trigger keep_updated_at before update on mued.provenance
    for each row execute function mued.keep_updated_at();
create or replace trigger keep_updated_at before update on mued.plugin_registry
    for each row execute function mued.keep_updated_at();

insert into mued.plugin_registry (name, source, version, capabilities) values
    ('Note.com Integration', 'note', '1.0.0', '{"list": true, "search": true, "filter": true, "fetch": true, "transform": true}'),
    ('Local Materials', 'local', '1.0.0', '{"list": true, "search": true, "filter": true, "fetch": true, "transform": false}')
on conflict (source) do nothing;

-- Whether a citation counts depends on its provenance row: a change of one touches the days of the answers that cite it.
-- The index on citations must carry the look-up; a sequential scan for each changed row would not end.
create or replace function mued.touch_citing_days() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off
as $$
begin
    if tg_op = 'TRUNCATE' then
        insert into marts.touched_day (platform, fact, day)
        select distinct 'mued', 'fact_ai_answer', (created_at at time zone 'UTC')::date
        from mued.ai_dialogue_log
        where citations <> '[]';
        return null;
    end if;
    insert into marts.touched_day (platform, fact, day)
    select distinct 'mued', 'fact_ai_answer', (answer.created_at at time zone 'UTC')::date
    from changed_rows as changed
    join mued.ai_dialogue_log as answer
        on mued.cited_ids(answer.citations) @> to_jsonb(changed.id::text);
    return null;
end
$$;
revoke execute on function mued.touch_citing_days() from public;
comment on function mued.touch_citing_days() is 'Statement trigger on provenance: notes the UTC days of the answers that cite the changed rows.';

grant select, insert, update, delete
    on mued.ai_dialogue_log, mued.provenance, mued.rag_metrics_history, mued.plugin_registry to workbench_loader;
grant select (
    id, user_id, session_id, latency_ms, citation_rate, token_cost_jpy, relevance_score, user_feedback, model, source,
    input_tokens, output_tokens, error_code, created_at, recorded_at
) on mued.ai_dialogue_log to workbench_reader, workbench_identified;
grant select (id, name, source, version, capabilities, enabled, health_status, last_health_check, created_at, updated_at)
    on mued.plugin_registry to workbench_reader, workbench_identified;
grant select on mued.provenance, mued.rag_metrics_history to workbench_reader, workbench_identified;
