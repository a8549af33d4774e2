-- One row per question at fault: it has no text, or its context is no JSON object.
select id
from mued.check_interview_questions
where not question_is_filled or not context_is_object
