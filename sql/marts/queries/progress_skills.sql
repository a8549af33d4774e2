-- One row per skill: its name, what has to be mastered before, and the parameters by which the platform traces knowledge (definition P1).
-- name: progress_skills(platforms)
select platform, skill_id, name, category, cast(prerequisites as text[]) as prerequisites, minutes, prior, learn, guess, slip, forget
from marts.dim_skill
where platform = any(cast(:platforms as text[]))
order by platform, category, name, skill_id
