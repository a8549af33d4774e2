-- One row per sealed range at fault: it begins within another one of the same fact.
select
    s.platform,
    s.fact,
    s.from_at
from marts.sealed_range as s
where exists (
    select from marts.sealed_range as o
    where o.platform = s.platform
      and o.fact = s.fact
      and o.from_at < s.from_at
      and s.from_at < o.until_at
)
