-- One row per note at fault: what it is about is not there; what entity_type says is looked up in its table.
select entry.id
from mued.log_entries as entry
left join mued.sessions as session on entry.entity_type = 'session' and session.id = entry.entity_id
left join mued.reservations as booking on entry.entity_type = 'reservation' and booking.id = entry.entity_id
left join mued.materials as material on entry.entity_type = 'material' and material.id = entry.entity_id
left join mued.ai_dialogue_log as answer on entry.entity_type = 'dialogue' and answer.id = entry.entity_id
where entry.entity_id is not null and entry.logged_at >= coalesce(marts.check_since(), '-infinity')
    and coalesce(session.id, booking.id, material.id, answer.id) is null
