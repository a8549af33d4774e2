-- One row per note at fault: the session, lesson or dialogue it is about is another learner's.
select entry.id
from mued.log_entries as entry
left join mued.sessions as session on entry.entity_type = 'session' and session.id = entry.entity_id
left join mued.reservations as booking on entry.entity_type = 'reservation' and booking.id = entry.entity_id
left join mued.ai_dialogue_log as answer on entry.entity_type = 'dialogue' and answer.id = entry.entity_id
where entry.logged_at >= coalesce(marts.check_since(), '-infinity')
    and coalesce(session.user_id, booking.student_id, answer.user_id) <> entry.user_id
