-- One row per booking at fault: its lesson is not there, or is at another time.
select booking.id
from mued.reservations as booking
left join mued.lesson_slots as slot on slot.id = booking.slot_id
where slot.id is null or slot.starts_at <> booking.starts_at or slot.ends_at <> booking.ends_at
