-- One row per job at fault: it counts other questions than are there, or fewer where some were deleted since.
with made as (
    select job_id, count(*) as questions
    from video.generated_questions
    group by job_id
),
deleted as (
    select count(*) > 0 as any_are
    from video.audit_logs
    where entity_type = 'generated_questions' and action = 'delete'
)
select job.id
from video.generation_jobs as job
cross join deleted
left join made on made.job_id = job.id
where job.generated_count < coalesce(made.questions, 0)
    or (job.generated_count > coalesce(made.questions, 0) and not deleted.any_are)
