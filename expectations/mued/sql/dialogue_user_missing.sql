-- One row per answer at fault: who asked is not there.
select answer.id
from mued.ai_dialogue_log as answer
left join mued.users as learner on learner.id = answer.user_id
where answer.user_id is not null and learner.id is null
