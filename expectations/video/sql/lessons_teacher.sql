-- One row per lesson at fault: a student made it.
select lesson.id
from video.lessons as lesson
join video.users as maker on maker.id = lesson.created_by
where maker.role = 'student'
