-- One row per skill of the platform with parameters, as the answers are replayed with now.
-- name: skill_parameter(platform)!
insert into marts.skill_parameter (platform, skill_id, prior, learn, guess, slip, forget)
select cast(:platform as text), skill_id, prior, learn, guess, slip, forget
from batch_parameter
