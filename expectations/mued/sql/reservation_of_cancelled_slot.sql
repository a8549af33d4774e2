-- One row per booking at fault: it lives, and its lesson was called off.
select booking.id
from mued.reservations as booking
join mued.lesson_slots as slot on slot.id = booking.slot_id
where booking.status <> 'cancelled' and slot.status = 'cancelled'
