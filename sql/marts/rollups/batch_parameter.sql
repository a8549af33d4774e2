-- One row per skill of the platform that has parameters of knowledge tracing within their bounds (definition P1).
-- name: batch_parameter(platform)!
create temporary table batch_parameter as
select skill_id, prior, learn, guess, slip, coalesce(forget, 0) as forget
from marts.dim_skill
where platform = cast(:platform as text)
  and skill_id is not null
  and prior between 0 and 1 and learn between 0 and 1 and guess between 0 and 0.5 and slip between 0 and 0.5 and 1 - slip > guess
  and coalesce(forget, 0) between 0 and 1
