-- One row per attempt at fault: what it chose is none of the options. Only questions of one version: options may have changed since.
select attempt.id
from video.question_attempts as attempt
join video.questions as question on question.id = attempt.question_id
where question.question_type = 'multiple_choice' and question.content_version = 1 and attempt.answer ? 'choice'
    and not question.data @> jsonb_build_object('options', jsonb_build_array(jsonb_build_object('id', attempt.answer -> 'choice')))
