-- One row per answer at fault: it cites content that was obtained only after it. Few works are cited often, so the first citation of
-- each is looked at, and all of them only where that one is at fault.
with cited_first as (
    select provenance_ref, min(created_at) as first_at
    from mued.check_ai_citations
    where created_at >= coalesce(marts.check_since(), '-infinity')
    group by provenance_ref
),
obtained_late as materialized (
    select origin.id::text as provenance_ref, origin.acquired_at
    from cited_first
    join mued.provenance as origin on origin.id::text = cited_first.provenance_ref
    where origin.acquired_at > cited_first.first_at
)
select distinct cited.answer_id as id
from obtained_late
join mued.check_ai_citations as cited using (provenance_ref)
where exists (select from obtained_late) and cited.created_at < obtained_late.acquired_at
    and cited.created_at >= coalesce(marts.check_since(), '-infinity')
