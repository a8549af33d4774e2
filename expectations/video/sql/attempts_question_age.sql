-- One row per attempt at fault: given before its question was there.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id
where attempt.answered_at < question.created_at
