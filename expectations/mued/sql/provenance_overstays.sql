-- One row per provenance at fault: its retention ended more than a year ago, and the content still lies in this database.
select origin.id
from mued.provenance as origin
left join mued.materials as material on origin.content_type = 'material' and material.id = origin.content_id
left join mued.ai_dialogue_log as answer on origin.content_type = 'ai_response' and answer.id = origin.content_id
left join mued.log_entries as entry on origin.content_type = 'creation_log' and entry.id = origin.content_id
where mued.expires_at(origin.acquired_at, origin.retention_years) < marts.check_as_of() - interval '1 year'
    and coalesce(material.id, answer.id, entry.id) is not null
