-- One row per answer of the assistant: the key, its time, and what checks may know of its text and citations.
create view mued.check_ai_dialogue_log as
select
    id,
    created_at,
    case when jsonb_typeof(citations) = 'array' then
        jsonb_array_length(citations) = jsonb_array_length(jsonb_path_query_array(citations, 'strict $[*].provenance_id', '{}', true))
        and not jsonb_path_exists(
            citations,
            '$[*] ? (@.provenance_id.type() != "string" && @.provenance_id.type() != "null"
                || @.title.type() != "string" || @.title == "" || !exists(@.title))'
        )
    end is true as citations_are_well_formed,
    -- up to ten without a query for each row: that is what nearly all have
    case
        when jsonb_typeof(citations) <> 'array' or citations = '[]' then true
        when jsonb_array_length(citations) <= 10 then
            jsonb_path_query_array(citations, '$[*].position') = to_jsonb((array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[1:jsonb_array_length(citations)])
        else
            jsonb_path_query_array(citations, '$[*].position')
                = (select jsonb_agg(place) from generate_series(1, jsonb_array_length(citations)) as place)
    end as citations_are_numbered,
    citation_rate > 0 and citations = '[]' as is_backed_by_nothing,
    error_code is null or (response is null and citations = '[]') as error_is_empty
from mued.ai_dialogue_log;

comment on view mued.check_ai_dialogue_log is 'Answers of the assistant as checks see them: key, time and truth values about text and citations.';
comment on column mued.check_ai_dialogue_log.id is 'Identity of the answer.';
comment on column mued.check_ai_dialogue_log.created_at is 'When the question was asked.';
comment on column mued.check_ai_dialogue_log.citations_are_well_formed is
    'Whether the citations are an array of objects, each with a provenance_id, text or null, and a title.';
comment on column mued.check_ai_dialogue_log.citations_are_numbered is 'Whether the positions run from 1 to the number of citations.';
comment on column mued.check_ai_dialogue_log.is_backed_by_nothing is 'Whether citations are said to back a part of it, and it has none.';
comment on column mued.check_ai_dialogue_log.error_is_empty is 'False for an error that carries a text or citations.';
