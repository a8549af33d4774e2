-- One row per archived range at fault: when it was archived, its last rows were younger than two years.
select fact, from_at
from marts.sealed_range
where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch') and until_at > sealed_at - interval '2 years'
