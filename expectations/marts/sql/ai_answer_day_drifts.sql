-- One row per local day at fault: its stored sums are not those of the raw answers (definition Q5). Days that changed since the last
-- refresh are left to it, and days whose raw rows were archived cannot be compared.
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
        count(*) as answers,
        count(*) filter (where f.is_error) as errors,
        count(*) filter (where not f.is_error and f.citation_count > 0) as cited,
        count(f.cost_jpy) as priced,
        coalesce(sum(f.cost_jpy), 0) as cost_jpy,
        round(coalesce(sum(cast(f.relevance_score as numeric)) filter (where not f.is_error), 0), 6) as relevance_sum,
        count(f.feedback) as rated,
        count(*) filter (where f.feedback = 1) as feedback_up
    from marts.fact_ai_answer as f
    join zone as z on z.platform = f.platform
    where f.occurred_at >= coalesce(marts.check_since(), '-infinity')
    group by 1, 2, 3
), stored as (
    select
        time_zone,
        platform,
        day,
        sum(answers) as answers,
        sum(errors) as errors,
        sum(cited) as cited,
        sum(priced) as priced,
        sum(cost_jpy) as cost_jpy,
        sum(relevance_sum) as relevance_sum,
        sum(feedback_up + feedback_zero + feedback_down) as rated,
        sum(feedback_up) as feedback_up
    from marts.ai_answer_day
    group by 1, 2, 3
), d as (
    select
        time_zone,
        platform,
        day
    from raw
    full join stored using (time_zone, platform, day)
    where (raw.answers, raw.errors, raw.cited, raw.priced, raw.cost_jpy, raw.relevance_sum, raw.rated, raw.feedback_up)
        is distinct from (
            stored.answers, stored.errors, stored.cited, stored.priced, stored.cost_jpy, stored.relevance_sum, stored.rated,
            stored.feedback_up
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
