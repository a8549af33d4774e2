-- One row per enrolment at fault: the material it names in its details is not there, or none is named.
select metric.id, metric.recorded_at
from learning.progress_metrics as metric
left join learning.study_materials as material on cast(material.id as text) = metric.metric_data ->> 'study_material_id'
where metric.recorded_at >= coalesce(marts.check_since(), '-infinity')
    and metric.metric_type = 'enrolment' and material.id is null
