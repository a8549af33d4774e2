-- One row per archived range at fault: when it was archived, its last rows were younger than half a year.
select fact, from_at
from marts.sealed_range
where platform = 'learning' and fact in ('fact_activity', 'fact_attempt') and until_at > sealed_at - interval '6 months'
