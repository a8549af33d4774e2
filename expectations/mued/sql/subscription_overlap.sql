-- One row per subscription period at fault: an earlier period of the account runs on when it begins.
select id
from (
    select
        id, started_at,
        max(coalesce(ended_at, 'infinity')) over (
            partition by user_id order by started_at, id rows between unbounded preceding and 1 preceding
        ) as taken_until
    from mued.subscriptions
) as period
where started_at < taken_until
