-- One row per progress at fault: who assessed it is not there, or is no mentor.
select progress.id
from mued.learning_metrics as progress
left join mued.users as assessor on assessor.id = progress.assessed_by
where progress.assessed_by is not null and assessor.role is distinct from 'mentor'
