-- One row per attempt at fault: of its student and question, one before it is missing, or comes later. The first is number 1.
with placed as (
    select
        id, answered_at, attempt_no,
        lag(attempt_no, 1, 0) over earlier as number_before,
        lag(answered_at) over earlier as answered_before
    from video.question_attempts
    window earlier as (partition by student_id, question_id order by attempt_no, answered_at)
)
select id
from placed
where attempt_no not in (number_before, number_before + 1) or attempt_no < 1 or answered_at < answered_before
