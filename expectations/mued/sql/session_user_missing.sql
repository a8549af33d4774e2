-- One row per session at fault: its learner is not there.
select session.id
from mued.sessions as session
left join mued.users as learner on learner.id = session.user_id
where learner.id is null
