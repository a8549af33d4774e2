-- One row per answer at fault: a citation of it leads nowhere, on a UTC day on which more than five and more than one in twenty do.
with citation as materialized (
    select
        cited.answer_id, (cited.created_at at time zone 'UTC')::date as day,
        origin.id is null and cited.provenance_ref is not null as is_lost
    from mued.check_ai_citations as cited
    left join mued.provenance as origin on origin.id::text = cited.provenance_ref
    where cited.created_at >= coalesce(marts.check_since(), '-infinity')
),
bad_day as (
    select day
    from citation
    group by day
    having count(*) filter (where is_lost) > 5 and count(*) filter (where is_lost) > 0.05 * count(*)
)
select distinct citation.answer_id as id
from citation
join bad_day using (day)
where citation.is_lost
