-- One row per plan: accounts on it when the period began and ended, and periods of it that began and ended in between.
-- name: subscription_changes(start, end, timezone)
with period as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
)
select
    plan,
    count(*) filter (where started_at < from_at and (ended_at is null or ended_at >= from_at)) as at_start,
    count(*) filter (where started_at >= from_at) as begun,
    count(*) filter (where ended_at >= from_at and ended_at < until_at) as ended,
    count(*) filter (where ended_at is null or ended_at >= until_at) as at_end,
    cast(coalesce(sum(price_jpy) filter (where ended_at is null or ended_at >= until_at), 0) as bigint) as monthly_jpy_at_end
from mued.subscriptions cross join period
where started_at < until_at and (ended_at is null or ended_at >= from_at)
group by plan
order by plan
