-- One row per answer in an interview: the key, and what checks may know of its text.
create view mued.check_interview_answers as
select
    id,
    is_skipped = (answer is null) as text_fits_skipped,
    coalesce(btrim(answer) <> '' and length(answer) <= 20000, true) as text_is_filled
from mued.interview_answers;

comment on view mued.check_interview_answers is 'Answers in interviews as checks see them: the key and truth values about the text.';
comment on column mued.check_interview_answers.id is 'Identity of the answer.';
comment on column mued.check_interview_answers.text_fits_skipped is 'Whether the text is empty exactly when the question was skipped.';
comment on column mued.check_interview_answers.text_is_filled is 'False for a text that is blank or longer than 20,000 characters.';
