-- One row per question that waits for its review at the moment, the longest first.
-- name: review_queue(tenant)
select
    tenant.slug as tenant,
    question.id as question_id,
    question.question_type,
    question.prompt,
    question.origin,
    question.content_version,
    question.updated_at as waiting_since
from video.questions as question
join video.tenants as tenant on tenant.id = question.tenant_id
where question.status = 'in_review' and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
order by question.updated_at, question.id
