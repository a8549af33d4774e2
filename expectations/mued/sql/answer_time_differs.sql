-- One row per answer at fault: it came before its question, or more than five seconds sooner or later after it than it says.
select answer.id
from mued.interview_answers as answer
join mued.interview_questions as question on question.id = answer.question_id
where (
    answer.answered_at < question.asked_at
    or abs(extract(epoch from answer.answered_at - question.asked_at) * 1000 - answer.duration_ms) > 5000
) and answer.answered_at >= coalesce(marts.check_since(), '-infinity')
