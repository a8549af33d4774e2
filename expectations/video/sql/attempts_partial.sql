-- One row per attempt at fault: it earned part of the points of a question that gives all or nothing.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id and not question.allows_partial_credit
where attempt.points_earned > 0 and attempt.points_earned < question.points
