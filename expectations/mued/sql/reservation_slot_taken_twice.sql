-- One row per booking at fault: the lesson has another living booking.
select id
from (
    select id, count(*) over (partition by slot_id) as bookings
    from mued.reservations
    where status <> 'cancelled'
) as living
where bookings > 1
