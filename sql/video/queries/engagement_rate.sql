-- One row per tenant: students who could learn in the period and those who did at least once (definition E1).
-- name: engagement_rate(start, end, tenant, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
),
learnt as (
    select event.user_id as student_id
    from video.analytics_events as event, bounds
    where event.occurred_at >= bounds.from_at and event.occurred_at < bounds.until_at
        and event.event_type in ('video_start', 'video_watch', 'milestone_reached', 'video_completed', 'lesson_completed')
    union
    select attempt.student_id
    from video.question_attempts as attempt, bounds
    where attempt.answered_at >= bounds.from_at and attempt.answered_at < bounds.until_at
)
select
    tenant.slug as tenant,
    count(account.id) as students,
    count(learnt.student_id) as engaged
from bounds
cross join video.tenants as tenant
left join video.users as account
    on account.tenant_id = tenant.id and account.role = 'student' and account.created_at < bounds.until_at
    and (account.deleted_at is null or account.deleted_at >= bounds.from_at)
left join learnt on learnt.student_id = account.id
where cast(:tenant as text) is null or tenant.slug = cast(:tenant as text)
group by tenant.slug
order by tenant.slug
