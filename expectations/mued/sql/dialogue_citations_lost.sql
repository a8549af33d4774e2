-- One row per answer at fault: a citation of it leads nowhere, on a UTC day on which more than three and more than one in twenty do.
with citation as (
    select
        cited.answer_id, origin.id is null and cited.provenance_id is not null as is_lost,
        (cited.occurred_at at time zone 'UTC')::date as day
    from mued.fact_citation as cited
    left join mued.provenance as origin on origin.id = cited.provenance_id
    where cited.occurred_at >= coalesce(marts.check_since(), '-infinity')
),
judged as (
    select
        answer_id, is_lost, count(*) filter (where is_lost) over (partition by day) as lost,
        count(*) over (partition by day) as citations
    from citation
)
select distinct answer_id as id
from judged
where is_lost and lost > 3 and lost > 0.05 * citations
