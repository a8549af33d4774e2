-- One row per answer of the assistant: the key, its time, and what checks may know of its text and citations.
create view mued.check_ai_dialogue_log as
select
    id,
    created_at,
    jsonb_typeof(citations) is not distinct from 'array' as citations_are_a_list,
    citation_rate > 0 and citations = '[]' as is_backed_by_nothing,
    error_code is null or (response is null and citations = '[]') as error_is_empty
from mued.ai_dialogue_log;

comment on view mued.check_ai_dialogue_log is 'Answers of the assistant as checks see them: key, time and truth values about text and citations.';
comment on column mued.check_ai_dialogue_log.id is 'Identity of the answer.';
comment on column mued.check_ai_dialogue_log.created_at is 'When the question was asked.';
comment on column mued.check_ai_dialogue_log.citations_are_a_list is 'Whether the citations are an array.';
comment on column mued.check_ai_dialogue_log.is_backed_by_nothing is 'Whether citations are said to back a part of it, and it has none.';
comment on column mued.check_ai_dialogue_log.error_is_empty is 'False for an error that carries a text or citations.';
