-- One row per skill of the platform whose parameters were noted.
-- name: clear_skill_parameter(platform)!
delete from marts.skill_parameter where platform = cast(:platform as text)
