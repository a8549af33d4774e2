-- One row per question at fault: a job made it, and it does not say so.
select made.question_id
from video.generated_questions as made
join video.questions as question on question.id = made.question_id
where question.origin <> 'ai'
