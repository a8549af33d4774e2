-- One row per progress at fault: its learner is not there, or is no student.
select progress.id
from mued.learning_metrics as progress
left join mued.users as learner on learner.id = progress.user_id
where learner.role is distinct from 'student'
