-- One row per job at fault: a student asked for it.
select job.id
from video.generation_jobs as job
join video.users as teacher on teacher.id = job.requested_by
where teacher.role = 'student'
