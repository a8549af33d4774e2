-- One row per answer of the assistant: the key, its time, and what checks may know of its text and citations.
create view mued.check_ai_dialogue_log as
select
    id,
    created_at,
    coalesce(
        case when jsonb_typeof(citations) = 'array' then
            jsonb_array_length(citations)
                = jsonb_array_length(jsonb_path_query_array(citations, 'strict $[*].provenance_id', '{}', true))
            and jsonb_path_query_array(citations, 'strict $[*].provenance_id', '{}', true)::text
                ~ '^\[("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"|null|, )*\]$'
            and not jsonb_path_exists(citations, '$[*] ? (@.title.type() != "string" || @.title == "" || !exists(@.title))')
        end,
        false
    ) as citations_are_well_formed,
    -- an array without gaps has as many different whole places as items, from 1 to their number
    case when jsonb_typeof(citations) = 'array' and citations <> '[]' then (
        select count(distinct place) = count(*) and min(place) = 1 and max(place) = count(*)
        from jsonb_path_query(citations, '$[*].position') as place_of(found)
        cross join lateral (select case when jsonb_typeof(found) = 'number' then found::numeric else 0 end as place) as read
        having count(*) = jsonb_array_length(citations)
    ) end is not false as citations_are_numbered,
    error_code is null or (response is null and citations is not distinct from '[]') as error_is_empty
from mued.ai_dialogue_log;

comment on view mued.check_ai_dialogue_log is 'Answers of the assistant as checks see them: key, time and truth values about text and citations.';
comment on column mued.check_ai_dialogue_log.id is 'Identity of the answer.';
comment on column mued.check_ai_dialogue_log.created_at is 'When the question was asked.';
comment on column mued.check_ai_dialogue_log.citations_are_well_formed is
    'Whether the citations are an array of objects, each with a provenance_id in canonical form or null, and a title.';
comment on column mued.check_ai_dialogue_log.citations_are_numbered is 'Whether the positions run from 1 to the number of citations.';
comment on column mued.check_ai_dialogue_log.error_is_empty is 'False for an error that carries a text or citations.';
