-- One row per learner noted as due who was computed.
-- name: forget_learners(platform)!
delete from marts.touched_learner as t
using batch_answerer as l
where t.platform = cast(:platform as text) and t.learner_id = l.learner_id
