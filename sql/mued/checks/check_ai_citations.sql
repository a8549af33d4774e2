-- One row per citation of an answer: whose it is, what it refers to, as it stands there, and what checks may know of the rest. Unlike
-- fact_citation it stops at no bad id.
create view mued.check_ai_citations as
select
    answer.id as answer_id,
    answer.created_at,
    citation.item ->> 'provenance_id' as provenance_ref,
    coalesce(
        jsonb_typeof(citation.item -> 'provenance_id') in ('string', 'null')
            and jsonb_typeof(citation.item -> 'title') = 'string' and citation.item ->> 'title' <> '',
        false
    ) as is_well_formed,
    citation.item -> 'position' is not distinct from to_jsonb(citation.place) as is_at_its_place
from mued.ai_dialogue_log as answer
cross join lateral jsonb_array_elements(
    case when jsonb_typeof(answer.citations) = 'array' then answer.citations else '[]' end
) with ordinality as citation (item, place);

comment on view mued.check_ai_citations is 'Citations as checks see them: the answer, the id referred to and truth values, without title and quote.';
comment on column mued.check_ai_citations.answer_id is 'Identity of the answer.';
comment on column mued.check_ai_citations.created_at is 'When the question was asked.';
comment on column mued.check_ai_citations.provenance_ref is 'The provenance_id of the citation as text; empty where it has none.';
comment on column mued.check_ai_citations.is_well_formed is 'Whether it is an object with a provenance_id, text or null, and a title.';
comment on column mued.check_ai_citations.is_at_its_place is 'Whether its position is its place in the list, counted from 1.';
