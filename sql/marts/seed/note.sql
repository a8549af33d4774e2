-- One row into the book of simulated data: a seeding, or a finding planted in it.
-- name: note(platform, seed, fact, kind, started_at, ended_at, details)!
insert into marts.seed_fact (platform, seed, fact, kind, started_at, ended_at, details)
values (:platform, :seed, :fact, :kind, :started_at, :ended_at, cast(:details as jsonb))
