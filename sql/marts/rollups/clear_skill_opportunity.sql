-- One row per stored opportunity of the skills of the batch.
-- name: clear_skill_opportunity(platform)!
delete from marts.skill_opportunity as r
using batch_skill as b
where r.platform = cast(:platform as text) and r.skill_id = b.skill_id
