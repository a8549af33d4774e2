-- One row per lesson time at fault: the account named as mentor is not there, or is no mentor.
select slot.id
from mued.lesson_slots as slot
left join mued.users as mentor on mentor.id = slot.mentor_id
where slot.mentor_id is not null and mentor.role is distinct from 'mentor'
