-- One row per question: the key, and what checks may know of its text and context.
create view mued.check_interview_questions as
select
    id,
    coalesce(btrim(question) <> '' and length(question) <= 5000, false) as question_is_filled,
    coalesce(jsonb_typeof(context) = 'object', false) as context_is_object
from mued.interview_questions;

comment on view mued.check_interview_questions is 'Questions as checks see them: the key and truth values about text and context.';
comment on column mued.check_interview_questions.id is 'Identity of the question.';
comment on column mued.check_interview_questions.question_is_filled is 'Whether there is a text, of at most 5,000 characters.';
comment on column mued.check_interview_questions.context_is_object is 'Whether the context is a JSON object.';
