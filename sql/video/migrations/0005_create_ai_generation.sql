-- One row per model configuration, generation job, question it made, and call of a model.

create table video.ai_configurations (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    provider text not null,
    model text not null,
    purpose text not null default 'question_generation',
    prompt_template text,
    parameters jsonb not null default '{}',
    api_key_encrypted bytea,
    input_price_jpy numeric(12, 8),
    output_price_jpy numeric(12, 8),
    monthly_limit_jpy numeric(12, 2),
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint ai_configurations_pkey primary key (id),
    constraint ai_configurations_tenant_key unique (tenant_id, id),
    constraint ai_configurations_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint ai_configurations_prices_range check (
        input_price_jpy >= 0 and input_price_jpy < 'infinity' and output_price_jpy >= 0 and output_price_jpy < 'infinity'
        and monthly_limit_jpy >= 0 and monthly_limit_jpy < 'infinity'
    ),
    constraint ai_configurations_parameters_shape check (jsonb_typeof(parameters) = 'object')
);
create index idx_ai_configurations_active on video.ai_configurations (tenant_id, purpose) where is_active;
create trigger keep_updated_at before update on video.ai_configurations
    for each row execute function video.keep_updated_at();

grant select (
    id, tenant_id, provider, model, purpose, parameters, input_price_jpy, output_price_jpy, monthly_limit_jpy,
    is_active, created_at, updated_at
) on video.ai_configurations to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.ai_configurations to workbench_loader;

comment on table video.ai_configurations is 'Which model makes questions for a tenant, and at which price';
comment on column video.ai_configurations.id is 'Key';
comment on column video.ai_configurations.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.ai_configurations.provider is 'Provider, for instance openai or anthropic';
comment on column video.ai_configurations.model is 'Model';
comment on column video.ai_configurations.purpose is 'What it is used for';
comment on column video.ai_configurations.prompt_template is 'Template of the prompt';
comment on column video.ai_configurations.parameters is 'Temperature and the like';
comment on column video.ai_configurations.api_key_encrypted is 'Secret: key, encrypted by the application; no reading role sees it';
comment on column video.ai_configurations.input_price_jpy is 'Price of an input token in JPY; empty when not known';
comment on column video.ai_configurations.output_price_jpy is 'Price of an output token in JPY; empty when not known';
comment on column video.ai_configurations.monthly_limit_jpy is 'What it may cost a month';
comment on column video.ai_configurations.is_active is 'Whether it may be used';
comment on column video.ai_configurations.created_at is 'When the row was written';
comment on column video.ai_configurations.updated_at is 'When the row was last changed';

create table video.generation_jobs (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    video_id uuid not null,
    configuration_id uuid not null,
    requested_by uuid not null,
    status text not null default 'queued',
    requested_count integer not null default 1,
    generated_count integer not null default 0,
    error_message text,
    requested_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint generation_jobs_pkey primary key (id),
    constraint generation_jobs_tenant_key unique (tenant_id, id),
    constraint generation_jobs_video_fkey foreign key (tenant_id, video_id) references video.videos (tenant_id, id),
    constraint generation_jobs_configuration_fkey foreign key (tenant_id, configuration_id) references video.ai_configurations (tenant_id, id),
    constraint generation_jobs_requested_by_fkey foreign key (tenant_id, requested_by) references video.users (tenant_id, id),
    constraint generation_jobs_status_known check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    constraint generation_jobs_counts_range check (requested_count >= 1 and generated_count >= 0),
    constraint generation_jobs_order check (finished_at >= requested_at),
    constraint generation_jobs_finished_known check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint generation_jobs_success_made check (status <> 'succeeded' or generated_count >= 1)
);
create index idx_generation_jobs_open on video.generation_jobs (tenant_id, requested_at) where status in ('queued', 'running');
create index idx_generation_jobs_video on video.generation_jobs (video_id);
create index idx_generation_jobs_configuration on video.generation_jobs (configuration_id);
create index idx_generation_jobs_requested_by on video.generation_jobs (requested_by);

grant select on video.generation_jobs to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.generation_jobs to workbench_loader;

comment on table video.generation_jobs is 'Requests to make questions for a video';
comment on column video.generation_jobs.id is 'Key';
comment on column video.generation_jobs.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.generation_jobs.video_id is 'Video';
comment on column video.generation_jobs.configuration_id is 'Model in use';
comment on column video.generation_jobs.requested_by is 'Teacher who asked';
comment on column video.generation_jobs.status is 'queued, running, succeeded, failed or cancelled';
comment on column video.generation_jobs.requested_count is 'Questions wanted';
comment on column video.generation_jobs.generated_count is 'Questions made';
comment on column video.generation_jobs.error_message is 'Why it failed';
comment on column video.generation_jobs.requested_at is 'When it was asked for';
comment on column video.generation_jobs.finished_at is 'When it ended';

create table video.generated_questions (
    tenant_id uuid not null,
    job_id uuid not null,
    question_id uuid not null,
    constraint generated_questions_pkey primary key (question_id),
    constraint generated_questions_job_fkey foreign key (tenant_id, job_id) references video.generation_jobs (tenant_id, id) on delete cascade,
    constraint generated_questions_question_fkey foreign key (tenant_id, question_id) references video.questions (tenant_id, id) on delete cascade
);
create index idx_generated_questions_job on video.generated_questions (job_id);

grant select on video.generated_questions to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.generated_questions to workbench_loader;

comment on table video.generated_questions is 'Which job made which question';
comment on column video.generated_questions.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.generated_questions.job_id is 'Job';
comment on column video.generated_questions.question_id is 'Question';

create table video.ai_usage (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    configuration_id uuid not null,
    job_id uuid,
    user_id uuid,
    input_tokens bigint,
    output_tokens bigint,
    cost_jpy numeric(14, 6),
    latency_ms double precision,
    error_code text,
    occurred_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    constraint ai_usage_pkey primary key (id),
    constraint ai_usage_tenant_key unique (tenant_id, id),
    constraint ai_usage_configuration_fkey foreign key (tenant_id, configuration_id) references video.ai_configurations (tenant_id, id),
    constraint ai_usage_job_fkey foreign key (tenant_id, job_id) references video.generation_jobs (tenant_id, id),
    constraint ai_usage_user_fkey foreign key (tenant_id, user_id) references video.users (tenant_id, id),
    constraint ai_usage_ranges check (
        input_tokens >= 0 and output_tokens >= 0 and cost_jpy >= 0 and cost_jpy < 'infinity' and latency_ms >= 0 and latency_ms < 'infinity'
    )
);
create index idx_ai_usage_occurred on video.ai_usage (occurred_at);
create index idx_ai_usage_configuration on video.ai_usage (configuration_id, occurred_at);
create index idx_ai_usage_job on video.ai_usage (job_id) where job_id is not null;
create index idx_ai_usage_user on video.ai_usage (user_id) where user_id is not null;

grant select on video.ai_usage to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.ai_usage to workbench_loader;

comment on table video.ai_usage is 'Calls of models with tokens, time and cost';
comment on column video.ai_usage.id is 'Key';
comment on column video.ai_usage.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.ai_usage.configuration_id is 'Model in use';
comment on column video.ai_usage.job_id is 'Job it belongs to';
comment on column video.ai_usage.user_id is 'Who caused it';
comment on column video.ai_usage.input_tokens is 'Tokens sent';
comment on column video.ai_usage.output_tokens is 'Tokens received';
comment on column video.ai_usage.cost_jpy is 'Cost in JPY; empty when no price is known';
comment on column video.ai_usage.latency_ms is 'Time to the whole answer in milliseconds; empty for errors';
comment on column video.ai_usage.error_code is 'Why it failed; empty when it did not';
comment on column video.ai_usage.occurred_at is 'When';
comment on column video.ai_usage.recorded_at is 'When it reached the database';
