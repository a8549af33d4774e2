-- One row per lesson time at fault: the mentor is still in an earlier lesson when it begins.
select id
from (
    select
        id, starts_at,
        max(ends_at) over (
            partition by mentor_id order by starts_at, id rows between unbounded preceding and 1 preceding
        ) as busy_until
    from mued.lesson_slots
    where mentor_id is not null and status <> 'cancelled'
) as slot
where starts_at < busy_until
