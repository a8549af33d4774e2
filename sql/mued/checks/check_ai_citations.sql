-- One row per citation of an answer: whose it is and what it refers to, as it stands there. Unlike fact_citation it stops at no bad id.
create view mued.check_ai_citations as
select
    answer.id as answer_id,
    answer.created_at,
    citation.item ->> 'provenance_id' as provenance_ref
from mued.ai_dialogue_log as answer
cross join lateral jsonb_array_elements(
    case when jsonb_typeof(answer.citations) = 'array' then answer.citations else '[]' end
) as citation (item);

comment on view mued.check_ai_citations is 'Citations as checks see them: the answer and the id referred to, without title and quote.';
comment on column mued.check_ai_citations.answer_id is 'Identity of the answer.';
comment on column mued.check_ai_citations.created_at is 'When the question was asked.';
comment on column mued.check_ai_citations.provenance_ref is 'The provenance_id of the citation as text; empty where it has none.';
