-- One row per question at fault: it was there before its milestone.
select question.id
from video.questions as question
join video.milestones as stop on stop.id = question.milestone_id
where question.created_at < stop.created_at
