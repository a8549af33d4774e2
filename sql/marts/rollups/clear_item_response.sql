-- One row per stored item of the learners of the batch. What began in a time whose raw rows were archived stays, to be carried on.
-- name: clear_item_response(platform)!
delete from marts.item_response as r
using batch_answerer as l
where r.platform = cast(:platform as text)
  and r.learner_id = l.learner_id
  and not r.is_erased
  and r.first_at >= coalesce(
    (select max(until_at) from marts.sealed_range where platform = cast(:platform as text) and fact = 'fact_attempt'),
    '-infinity'
  )
