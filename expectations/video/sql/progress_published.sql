-- One row per progress at fault: begun before its lesson was published.
select progress.id
from video.student_progress as progress
join video.lessons as lesson on lesson.id = progress.lesson_id
where progress.started_at < lesson.published_at
