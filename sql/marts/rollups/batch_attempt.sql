-- One row per answer of the batch that was judged right or wrong, with the local day in each time zone.
-- name: batch_attempt(from_at, until_at, as_of)!
create temporary table batch_attempt as
select {columns},
       f.learner_id, f.tenant, f.item_id, f.skill_id, f.is_correct, f.score_ratio,
       hashtextextended(concat_ws(' ', f.attempt_id, f.item_id, f.skill_id, f.is_correct, f.response_ms, extract(epoch from f.occurred_at)), 0) as hash,
       ln(cast(case when f.response_ms > 0 then f.response_ms end as double precision)) as log_ms
from "{platform}".fact_attempt as f
where f.is_correct is not null
  and f.occurred_at >= cast(:from_at as timestamptz)
  and f.occurred_at < cast(:until_at as timestamptz)
  and f.occurred_at < cast(:as_of as timestamptz)
  and f.recorded_at < cast(:as_of as timestamptz)
