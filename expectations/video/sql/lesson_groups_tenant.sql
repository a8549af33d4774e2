-- One row per use at fault: lesson, group and use are not of one tenant.
select link.lesson_id, link.video_group_id
from video.lesson_video_groups as link
left join video.lessons as lesson on lesson.id = link.lesson_id and lesson.tenant_id = link.tenant_id
left join video.video_groups as part on part.id = link.video_group_id and part.tenant_id = link.tenant_id
where lesson.id is null or part.id is null
