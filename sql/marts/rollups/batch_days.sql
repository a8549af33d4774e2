-- One row per local day that overlaps the UTC days of the batch, by time zone; sealed where raw rows of it were archived.
-- name: batch_days(platform, start, end, zones, facts)!
create temporary table batch_day as
select z.time_zone, d.day, d.from_at, d.until_at,
       exists (
           select from marts.sealed_range as s
           where s.platform = cast(:platform as text)
             and s.fact = any(cast(:facts as text[]))
             and s.from_at < d.until_at
             and s.until_at > d.from_at
       ) as sealed
from unnest(cast(:zones as text[])) as z(time_zone)
cross join lateral (
    select cast(g.midnight as date) as day,
           g.midnight at time zone z.time_zone as from_at,
           (g.midnight + interval '1 day') at time zone z.time_zone as until_at
    from generate_series(
        date_trunc('day', cast(cast(:start as date) as timestamp) at time zone 'UTC' at time zone z.time_zone),
        (cast(cast(:end as date) as timestamp) - interval '1 microsecond') at time zone 'UTC' at time zone z.time_zone,
        interval '1 day'
    ) as g(midnight)
) as d
