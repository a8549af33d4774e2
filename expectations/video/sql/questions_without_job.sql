-- One row per question at fault: made by a machine, and no job made it.
select question.id
from video.questions as question
left join video.generated_questions as made on made.question_id = question.id
where question.origin = 'ai' and made.question_id is null
