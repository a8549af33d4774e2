-- One row per stored cohort of the platform and time zone; all of them are added up anew.
-- name: clear_cohort_week(platform, zone)!
delete from marts.cohort_week where time_zone = cast(:zone as text) and platform = cast(:platform as text)
