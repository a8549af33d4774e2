-- One row per account at fault: it is no student's, and has what only students have.
select account.id
from video.users as account
join (
    select student_id from video.lesson_assignments
    union
    select student_id from video.student_sessions
    union
    select student_id from video.student_progress
    union
    select student_id from video.question_attempts
    union
    select student_id from video.grades
) as learner on learner.student_id = account.id
where account.role <> 'student'
