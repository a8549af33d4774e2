-- One row per tenant and model: jobs asked for in the period, what became of them and of their questions, and what the calls cost.
-- name: ai_generation_success(start, end, tenant, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
),
asked as (
    select job.* from video.generation_jobs as job, bounds
    where job.requested_at >= bounds.from_at and job.requested_at < bounds.until_at
),
calls as (
    select
        call.configuration_id,
        count(*) as calls,
        count(*) filter (where call.error_code is not null) as failed_calls,
        sum(call.cost_jpy) as cost_jpy,
        count(*) filter (where call.cost_jpy is null and call.error_code is null) as unpriced_calls
    from video.ai_usage as call, bounds
    where call.occurred_at >= bounds.from_at and call.occurred_at < bounds.until_at
    group by call.configuration_id
),
jobs as (
    select
        configuration_id,
        count(*) as jobs,
        count(*) filter (where status = 'succeeded') as succeeded,
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'cancelled') as cancelled
    from asked
    group by configuration_id
),
questions as (
    select
        asked.configuration_id,
        count(*) as questions,
        count(*) filter (where question.status in ('approved', 'published', 'retired')) as approved,
        count(*) filter (where question.status = 'rejected') as rejected,
        count(*) filter (where question.status = 'in_review') as waiting
    from asked
    join video.generated_questions as made on made.job_id = asked.id
    join video.questions as question on question.id = made.question_id
    group by asked.configuration_id
)
select
    tenant.slug as tenant,
    configuration.provider,
    configuration.model,
    coalesce(jobs.jobs, 0) as jobs,
    coalesce(jobs.succeeded, 0) as succeeded,
    coalesce(jobs.failed, 0) as failed,
    coalesce(jobs.cancelled, 0) as cancelled,
    coalesce(questions.questions, 0) as questions,
    coalesce(questions.approved, 0) as approved,
    coalesce(questions.rejected, 0) as rejected,
    coalesce(questions.waiting, 0) as waiting,
    coalesce(calls.calls, 0) as calls,
    coalesce(calls.failed_calls, 0) as failed_calls,
    coalesce(calls.cost_jpy, 0) as cost_jpy,
    coalesce(calls.unpriced_calls, 0) as unpriced_calls
from video.ai_configurations as configuration
join video.tenants as tenant on tenant.id = configuration.tenant_id
left join jobs on jobs.configuration_id = configuration.id
left join questions on questions.configuration_id = configuration.id
left join calls on calls.configuration_id = configuration.id
where cast(:tenant as text) is null or tenant.slug = cast(:tenant as text)
order by tenant.slug, configuration.provider, configuration.model, configuration.id
