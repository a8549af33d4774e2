-- One row per question at fault: it belongs to another video than the job that made it.
select made.question_id
from video.generated_questions as made
join video.generation_jobs as job on job.id = made.job_id
join video.questions as question on question.id = made.question_id
join video.milestones as stop on stop.id = question.milestone_id
where stop.video_id <> job.video_id
