-- One row per message at fault: the booking it is about is not there, or is not of its student and its mentor.
select message.id
from mued.messages as message
left join mued.reservations as booking on booking.id = message.reservation_id
left join mued.lesson_slots as slot on slot.id = booking.slot_id
where message.reservation_id is not null and (
    booking.id is null
    or booking.student_id not in (message.sender_id, message.recipient_id)
    or slot.mentor_id not in (message.sender_id, message.recipient_id)
)
