-- One row per review at fault: given before its question was there.
select review.id
from video.question_reviews as review
join video.questions as question on question.id = review.question_id
where review.reviewed_at < question.created_at
