-- One row per attempt at fault: it is beyond what its milestone allows.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id
join video.milestones as stop on stop.id = question.milestone_id
where attempt.attempt_no > stop.retry_limit
