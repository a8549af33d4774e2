-- One row per lesson at fault: a draft, and students have it or are in it.
select lesson.id
from video.lessons as lesson
join (
    select lesson_id from video.lesson_assignments
    union
    select lesson_id from video.student_progress
) as used on used.lesson_id = lesson.id
where lesson.status = 'draft'
