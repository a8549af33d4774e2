-- One row per message at fault: it is not between a student and a mentor.
select message.id
from mued.messages as message
join mued.users as sender on sender.id = message.sender_id
join mued.users as recipient on recipient.id = message.recipient_id
where (sender.role, recipient.role) not in (('student', 'mentor'), ('mentor', 'student'))
