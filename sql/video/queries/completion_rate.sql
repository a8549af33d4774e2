-- One row per tenant and lesson assigned by the cut-off: students who were to do it, and how many began and completed it (definition P7).
-- name: completion_rate(until, tenant, timezone)
with bounds as (
    select cast(cast(:until as date) as timestamp) at time zone cast(:timezone as text) as until_at
)
select
    tenant.slug as tenant,
    lesson.id as lesson_id,
    lesson.title as lesson,
    count(*) as assigned,
    count(*) filter (where progress.started_at < bounds.until_at) as begun,
    count(*) filter (where progress.completed_at < bounds.until_at) as completed,
    count(*) filter (where assignment.due_at < bounds.until_at) as due,
    count(*) filter (where assignment.due_at < bounds.until_at and coalesce(progress.completed_at <= assignment.due_at, false)) as on_time,
    percentile_cont(0.5) within group (order by extract(epoch from progress.completed_at - assignment.assigned_at) / 86400)
        filter (where progress.completed_at < bounds.until_at) as median_days
from bounds
cross join video.lesson_assignments as assignment
join video.lessons as lesson on lesson.id = assignment.lesson_id
join video.tenants as tenant on tenant.id = assignment.tenant_id
left join video.student_progress as progress
    on progress.student_id = assignment.student_id and progress.lesson_id = assignment.lesson_id
where assignment.assigned_at < bounds.until_at and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
group by tenant.slug, lesson.id, lesson.title
order by tenant.slug, lesson.title, lesson.id
