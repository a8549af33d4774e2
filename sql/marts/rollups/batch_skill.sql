-- One row per skill whose learners' rows change in the batch: of those stored before it and of those computed by it.
-- name: batch_skill(platform)!
create temporary table batch_skill as
select skill_id
from batch_answer
where skill_id is not null
union
select s.skill_id
from marts.learner_skill as s
join batch_answerer as l on l.learner_id = s.learner_id
where s.platform = cast(:platform as text)
