-- One row per stored skill of the learners of the batch. What began in a time whose raw rows were archived stays, to be carried on.
-- name: clear_learner_skill(platform)!
delete from marts.learner_skill as r
using batch_answerer as l
where r.platform = cast(:platform as text)
  and r.learner_id = l.learner_id
  and not r.is_erased
  and r.first_at >= coalesce(
    (select max(until_at) from marts.sealed_range where platform = cast(:platform as text) and fact = 'fact_attempt'),
    '-infinity'
  )
