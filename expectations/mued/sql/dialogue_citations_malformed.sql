-- One row per answer at fault: its citations are no array of objects with a title and a provenance_id, which is null or an id in
-- canonical form. Few works are cited often, so the form is looked at once an id, and the
-- answers are looked through again only where one is wrong.
with reference as (
    select provenance_ref, bool_and(is_well_formed) as are_well_formed
    from mued.check_ai_citations
    where created_at >= coalesce(marts.check_since(), '-infinity')
    group by provenance_ref
),
wrong as materialized (
    select
        provenance_ref,
        coalesce(provenance_ref !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', false) as is_misspelt
    from reference
    where not are_well_formed or provenance_ref !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
)
select id
from mued.check_ai_dialogue_log
where not citations_are_a_list and created_at >= coalesce(marts.check_since(), '-infinity')
union
select cited.answer_id
from mued.check_ai_citations as cited
join wrong on wrong.provenance_ref is not distinct from cited.provenance_ref
where exists (select from wrong) and (wrong.is_misspelt or not cited.is_well_formed)
    and cited.created_at >= coalesce(marts.check_since(), '-infinity')
