-- One row per citation of an answer, judged by its provenance row at the time of the answer (definition R2).
-- Content that was acquired under a retention period has expired when that period ended at or before the answer.
create view mued.fact_citation as
select
    answer.id as answer_id,
    answer.user_id as learner_id,
    'mued'::text as tenant,
    answer.created_at as occurred_at,
    answer.recorded_at,
    answer.model,
    answer.source,
    citation.position::integer as position,
    (citation.item ->> 'provenance_id')::uuid as provenance_id,
    case
        when provenance.id is null then 'missing'
        when mued.expires_at(provenance.acquired_at, provenance.retention_years) <= answer.created_at then 'expired'
        when not provenance.permission_flag then 'not_permitted'
        when coalesce(provenance.license_type, 'all_rights_reserved') = 'all_rights_reserved' then 'unlicensed'
        else 'resolvable'
    end as resolution
from mued.ai_dialogue_log as answer
cross join lateral jsonb_array_elements(answer.citations) with ordinality as citation (item, position)
left join mued.provenance as provenance on provenance.id = (citation.item ->> 'provenance_id')::uuid;
