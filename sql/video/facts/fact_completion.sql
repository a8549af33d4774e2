-- One row per student and lesson assigned to them or begun, with the grade where there is one (definition P7).
create view video.fact_completion as
select
    coalesce(progress.student_id, assignment.student_id) as learner_id,
    tenant.slug as tenant,
    coalesce(progress.lesson_id, assignment.lesson_id) as unit_id,
    'lesson'::text as unit_type,
    coalesce(progress.completion_percentage, 0) / 100 as completed_ratio,
    progress.completed_at,
    grade.percentage / 100 as score_ratio,
    grade.letter as grade,
    coalesce(assignment.assigned_at, progress.started_at) as recorded_at
from video.lesson_assignments as assignment
full join video.student_progress as progress
    on progress.student_id = assignment.student_id and progress.lesson_id = assignment.lesson_id
left join video.grades as grade
    on grade.student_id = coalesce(progress.student_id, assignment.student_id)
    and grade.lesson_id = coalesce(progress.lesson_id, assignment.lesson_id)
join video.tenants as tenant on tenant.id = coalesce(progress.tenant_id, assignment.tenant_id);
