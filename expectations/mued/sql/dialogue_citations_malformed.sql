-- One row per answer at fault: its citations are no array of objects with a title and a provenance_id, which is null or an id in
-- canonical form. Few works are cited often, so the form is looked at once an id, and the
-- answers are looked through again only where one is wrong.
with reference as materialized (
    select distinct provenance_ref
    from mued.check_ai_citations
    where created_at >= coalesce(marts.check_since(), '-infinity')
),
misspelt as materialized (
    select provenance_ref
    from reference
    where provenance_ref !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
)
select id
from mued.check_ai_dialogue_log
where not citations_are_well_formed and created_at >= coalesce(marts.check_since(), '-infinity')
union
select cited.answer_id
from mued.check_ai_citations as cited
join misspelt using (provenance_ref)
where exists (select from misspelt) and cited.created_at >= coalesce(marts.check_since(), '-infinity')
