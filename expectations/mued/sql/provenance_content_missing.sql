-- One row per provenance at fault: the row of the content it is about is not there; what content_type says is looked up in its table.
select origin.id
from mued.provenance as origin
left join mued.materials as material on origin.content_type = 'material' and material.id = origin.content_id
left join mued.ai_dialogue_log as answer on origin.content_type = 'ai_response' and answer.id = origin.content_id
left join mued.log_entries as entry on origin.content_type = 'creation_log' and entry.id = origin.content_id
where origin.content_id is not null and origin.content_type in ('material', 'ai_response', 'creation_log')
    and material.id is null and answer.id is null and entry.id is null
