-- One row per student at fault: the account named as mentor is not there, or is no mentor.
select student.id
from mued.users as student
left join mued.users as mentor on mentor.id = student.mentor_id
where student.mentor_id is not null and mentor.role is distinct from 'mentor'
