-- One row per answer at fault: citations are said to back a part of it, and it has none.
select answer_id as id
from mued.fact_ai_answer
where citation_count = 0 and citation_rate_pct > 0 and occurred_at >= coalesce(marts.check_since(), '-infinity')
