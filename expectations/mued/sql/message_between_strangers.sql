-- One row per message at fault: it is between a student and a mentor who is neither assigned to them nor had a booking of theirs.
with taught as (
    select mentor_id, id as student_id
    from mued.users
    where mentor_id is not null
    union
    select slot.mentor_id, booking.student_id
    from mued.reservations as booking
    join mued.lesson_slots as slot on slot.id = booking.slot_id
),
pair as (
    select
        message.id,
        case sender.role when 'mentor' then sender.id else recipient.id end as mentor_id,
        case sender.role when 'student' then sender.id else recipient.id end as student_id
    from mued.messages as message
    join mued.users as sender on sender.id = message.sender_id
    join mued.users as recipient on recipient.id = message.recipient_id
    where (sender.role, recipient.role) in (('student', 'mentor'), ('mentor', 'student'))
)
select pair.id
from pair
left join taught on taught.mentor_id = pair.mentor_id and taught.student_id = pair.student_id
where taught.student_id is null
