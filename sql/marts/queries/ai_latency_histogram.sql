-- One row per local day and latency band with answers in it; a band is a number of neighbouring buckets (definition Q2).
-- name: ai_latency_histogram(platforms, tenant, model, zone, start, end, merge)
select h.day,
       case when u.bucket = -32768 then 0.0 else exp(b.band * b.width * 0.020000666706669435::float8) end as from_ms,
       case when u.bucket = -32768 then 0.0 else exp((b.band + 1) * b.width * 0.020000666706669435::float8) end as to_ms,
       cast(sum(u.answers) as bigint) as answers
from marts.ai_answer_latency as h
cross join lateral unnest(h.buckets, h.counts) as u(bucket, answers)
cross join lateral (
    select cast(:merge as integer) as width, floor((u.bucket - 1) / cast(cast(:merge as integer) as float8)) as band
) as b
where h.time_zone = cast(:zone as text)
  and h.platform = any(cast(:platforms as text[]))
  and h.day >= cast(:start as date)
  and h.day < cast(:end as date)
  and h.tenant = coalesce(cast(:tenant as text), '*')
  and h.model = coalesce(cast(:model as text), '*')
  and h.source = '*'
group by 1, 2, 3
order by 1, 2
