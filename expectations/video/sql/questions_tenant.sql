-- One row per question at fault: its milestone is not of its tenant.
select question.id
from video.questions as question
left join video.milestones as stop on stop.id = question.milestone_id and stop.tenant_id = question.tenant_id
where stop.id is null
