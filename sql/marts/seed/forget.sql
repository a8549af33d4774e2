-- One row for each thing known of a platform's simulated data goes: the data is no longer there.
-- name: forget(platform)!
delete from marts.seed_fact where platform = :platform
