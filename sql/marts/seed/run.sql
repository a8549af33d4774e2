-- One row per seeding of a platform that is in the database: the newest alone.
-- name: run(platform)
select seed, details
from marts.seed_fact
where platform = :platform and kind = 'run'
order by seed_fact_id desc
limit 1
