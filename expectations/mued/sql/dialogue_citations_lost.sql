-- One row per answer at fault: a citation of it leads nowhere, on a UTC day on which more than five and more than one in twenty do.
-- Few works are cited often, so they are counted by day and work, and the answers are looked through again only where a day is bad.
with cited as (
    select (created_at at time zone 'UTC')::date as day, provenance_ref, count(*) as citations
    from mued.check_ai_citations
    where created_at >= coalesce(marts.check_since(), '-infinity')
    group by 1, 2
),
judged as materialized (
    select cited.day, cited.provenance_ref, cited.citations, origin.id is null and cited.provenance_ref is not null as is_lost
    from cited
    left join mued.provenance as origin on origin.id::text = cited.provenance_ref
),
bad_day as materialized (
    select day
    from judged
    group by day
    having sum(citations) filter (where is_lost) > 5 and sum(citations) filter (where is_lost) > 0.05 * sum(citations)
)
select distinct again.answer_id as id
from bad_day
join judged using (day)
join mued.check_ai_citations as again
    on again.provenance_ref = judged.provenance_ref and (again.created_at at time zone 'UTC')::date = judged.day
where exists (select from bad_day) and judged.is_lost and again.created_at >= coalesce(marts.check_since(), '-infinity')
