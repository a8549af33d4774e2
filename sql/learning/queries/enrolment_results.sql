-- One row per material with enrolments and final result: how many enrolments ended that way.
-- name: enrolment_results()
select
    material.title,
    enrolment.metric_data ->> 'final_result' as final_result,
    count(*) as enrolments,
    count(distinct enrolment.user_id) as learners,
    cast(sum(count(*)) over (partition by material.id) as bigint) as of_material
from learning.progress_metrics as enrolment
join learning.study_materials as material on material.id = cast(enrolment.metric_data ->> 'study_material_id' as uuid)
where enrolment.metric_type = 'enrolment'
group by material.id, material.title, enrolment.metric_data ->> 'final_result'
order by material.title, final_result
