-- One row per ISO week (its Monday) of lesson slots that start in the period: offered, and what became of their bookings.
-- Weeks with lessons only; a slot may be booked again after a cancellation, so cancelled bookings are counted apart from slots.
-- name: booking_outcomes(start, end, timezone)
with slot as (
    select id, status, cast(date_trunc('week', starts_at at time zone cast(:timezone as text)) as date) as week
    from mued.lesson_slots
    where
        starts_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and starts_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
),
booking as (
    select
        slot_id,
        count(*) filter (where status = 'booked') as booked,
        count(*) filter (where status = 'attended') as attended,
        count(*) filter (where status = 'no_show') as no_show,
        count(*) filter (where status = 'cancelled') as cancelled
    from mued.reservations
    where
        starts_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and starts_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
    group by slot_id
)
select
    slot.week,
    count(*) filter (where slot.status <> 'cancelled') as slots,
    cast(coalesce(sum(booking.booked), 0) as bigint) as booked,
    cast(coalesce(sum(booking.attended), 0) as bigint) as attended,
    cast(coalesce(sum(booking.no_show), 0) as bigint) as no_show,
    cast(coalesce(sum(booking.cancelled), 0) as bigint) as cancelled
from slot
left join booking on booking.slot_id = slot.id
group by slot.week
order by slot.week
