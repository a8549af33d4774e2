-- One row per booking at fault: the student is still in an earlier lesson, another one, when it begins.
select id
from (
    select
        id, starts_at,
        max(ends_at) over (
            partition by student_id order by starts_at, id rows between unbounded preceding and 1 preceding
        ) as busy_until
    from mued.reservations
    where status <> 'cancelled'
) as living
where starts_at < busy_until
