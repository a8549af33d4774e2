-- One row per answer at fault: it cites content that was obtained only after it.
select distinct cited.answer_id as id
from mued.fact_citation as cited
join mued.provenance as origin on origin.id = cited.provenance_id
where origin.acquired_at > cited.occurred_at and cited.occurred_at >= coalesce(marts.check_since(), '-infinity')
