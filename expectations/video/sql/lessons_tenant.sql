-- One row per lesson at fault: who made it is not of its tenant.
select lesson.id
from video.lessons as lesson
left join video.users as maker on maker.id = lesson.created_by and maker.tenant_id = lesson.tenant_id
where lesson.created_by is not null and maker.id is null
