-- One row per local day, tenant, device and kind of session: how many began, when, and a mergeable histogram of their lengths
-- (definitions E4, Q2). Ratios are kept to six decimals, so that their sum is exact: the same rows in any order, the same sum.
-- name: session_day(platform, zone)!
insert into marts.session_day (
    time_zone, platform, day, tenant, device, kind, sessions, unended, session_ms, completion_count, completion_sum, hours, buckets, counts)
with session as (
    select f.{day} as day, f.tenant, f.device, f.kind, f.{hour} as hour, marts.sketch_bucket(f.length_ms) as bucket,
           count(*) as sessions,
           sum(f.length_ms) as session_ms,
           count(f.completion_ratio) as completion_count,
           sum(cast(round(f.completion_ratio * 1e6) as bigint)) as completion_sum
    from batch_session as f
    join batch_day as d on d.day = f.{day}
    where d.time_zone = cast(:zone as text) and not d.sealed
    group by 1, 2, 3, 4, 5, 6
),
total as (
    select day, tenant, device, kind,
           sum(sessions) as sessions,
           coalesce(sum(sessions) filter (where bucket is null), 0) as unended,
           coalesce(sum(session_ms), 0) as session_ms,
           sum(completion_count) as completion_count,
           coalesce(sum(completion_sum), 0) as completion_sum
    from session
    group by day, tenant, device, kind
),
hour as (
    select t.day, t.tenant, t.device, t.kind, array_agg(coalesce(h.sessions, 0) order by g.hour) as hours
    from total as t
    cross join generate_series(0, 23) as g(hour)
    left join (
        select day, tenant, device, kind, hour, cast(sum(sessions) as bigint) as sessions from session group by day, tenant, device, kind, hour
    ) as h using (day, tenant, device, kind, hour)
    group by t.day, t.tenant, t.device, t.kind
),
histogram as (
    select day, tenant, device, kind, array_agg(bucket order by bucket) as buckets, array_agg(sessions order by bucket) as counts
    from (
        select day, tenant, device, kind, bucket, cast(sum(sessions) as bigint) as sessions
        from session
        where bucket is not null
        group by day, tenant, device, kind, bucket
    ) as b
    group by day, tenant, device, kind
)
select cast(:zone as text), cast(:platform as text), t.day, t.tenant, t.device, t.kind, t.sessions, t.unended, t.session_ms,
       t.completion_count, cast(t.completion_sum / 1000000.0 as float8), h.hours, coalesce(b.buckets, '{}'), coalesce(b.counts, '{}')
from total as t
join hour as h using (day, tenant, device, kind)
left join histogram as b using (day, tenant, device, kind)
