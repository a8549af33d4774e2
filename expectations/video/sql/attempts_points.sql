-- One row per attempt at fault: it earned more than its question gives, or less than nothing.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id
where attempt.points_earned < 0 or attempt.points_earned > question.points
