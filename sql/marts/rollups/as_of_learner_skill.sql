-- One row per learner and skill that cannot be computed from raw rows: of people who were erased, or begun before raw rows were archived.
-- name: as_of_learner_skill(platform, as_of)!
insert into pg_temp.learner_skill
select *
from marts.learner_skill
where platform = cast(:platform as text)
  and last_at < cast(:as_of as timestamptz)
  and (
    is_erased
    or first_at < (select max(until_at) from marts.sealed_range where platform = cast(:platform as text) and fact = 'fact_attempt')
  )
