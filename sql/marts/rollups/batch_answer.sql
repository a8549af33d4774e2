-- One row per answer of the learners of the batch that was judged right or wrong; none of a time whose raw rows were archived.
-- name: batch_answer(platform, as_of)!
create temporary table batch_answer as
select f.learner_id, f.tenant, f.item_id, f.skill_id, f.occurred_at, f.attempt_id, f.is_correct, f.response_ms
from "{platform}".fact_attempt as f
where f.learner_id in (select learner_id from batch_answerer)
  and f.is_correct is not null
  and f.occurred_at < cast(:as_of as timestamptz)
  and f.recorded_at < cast(:as_of as timestamptz)
  and not exists (
    select from marts.sealed_range as s
    where s.platform = cast(:platform as text) and s.fact = 'fact_attempt' and f.occurred_at >= s.from_at and f.occurred_at < s.until_at
  )
