-- One row per booking at fault: it was made before its lesson was offered.
select booking.id
from mued.reservations as booking
join mued.lesson_slots as slot on slot.id = booking.slot_id
where booking.booked_at < slot.created_at
