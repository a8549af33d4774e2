-- One row per local day at fault: its stored counts of citations are not those of the raw citations (definitions Q5, R2).
with zone as (
    select
        platform,
        part as time_zone
    from marts.rollup_state
    where rollup = 'ai_answer_day'
), raw as (
    select
        z.time_zone,
        f.platform,
        cast(f.occurred_at at time zone z.time_zone as date) as day,
        count(*) as citations,
        count(*) filter (where f.resolution = 'resolvable') as resolvable,
        count(*) filter (where f.resolution = 'missing') as missing,
        count(*) filter (where f.resolution = 'not_permitted') as not_permitted,
        count(*) filter (where f.resolution = 'unlicensed') as unlicensed,
        count(*) filter (where f.resolution = 'expired') as expired
    from marts.fact_citation as f
    join zone as z on z.platform = f.platform
    where f.occurred_at >= coalesce(marts.check_since(), '-infinity')
    group by 1, 2, 3
), stored as (
    select
        time_zone,
        platform,
        day,
        sum(citations) as citations,
        sum(resolvable_citations) as resolvable,
        sum(citations_missing) as missing,
        sum(citations_not_permitted) as not_permitted,
        sum(citations_unlicensed) as unlicensed,
        sum(citations_expired) as expired
    from marts.ai_answer_day
    group by 1, 2, 3
    having sum(citations + resolvable_citations) > 0
), d as (
    select
        time_zone,
        platform,
        day
    from raw
    full join stored using (time_zone, platform, day)
    where (raw.citations, raw.resolvable, raw.missing, raw.not_permitted, raw.unlicensed, raw.expired)
        is distinct from (
            stored.citations, stored.resolvable, stored.missing, stored.not_permitted, stored.unlicensed, stored.expired
        )
)
select
    d.time_zone,
    d.platform,
    d.day
from d
where not exists (
    select from marts.touched_day as t
    where t.platform = d.platform
      and t.day between d.day - 1 and d.day + 1
)
  and not exists (
    select from marts.sealed_range as s
    where s.platform = d.platform
      and s.from_at < cast(d.day + 1 as timestamp) at time zone d.time_zone
      and s.until_at > cast(d.day as timestamp) at time zone d.time_zone
)
  and (marts.check_since() is null or d.day > cast(marts.check_since() at time zone 'UTC' as date) + 1)
