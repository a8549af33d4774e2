-- One row per attempt at fault: called right without all points of its question, or wrong with them.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id
where attempt.is_correct <> (attempt.points_earned >= question.points)
