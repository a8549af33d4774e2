-- One row per learner and skill of the batch whose skill has parameters, in the order of place: the answers to replay and the state to take up.
-- name: sequences()
select s.place, s.skill_id, s.answers, s.log_odds
from batch_sequence as s
join batch_parameter as p on p.skill_id = s.skill_id
where s.answers_before = 0 or s.log_odds is not null
order by s.place
