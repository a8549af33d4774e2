-- One row per learner whose items and skills are computed anew.
-- name: batch_answerer(platform)!
create temporary table batch_answerer as
select distinct learner_id from marts.touched_learner where platform = cast(:platform as text)
