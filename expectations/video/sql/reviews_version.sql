-- One row per review at fault: it is of a version before the first, or after the present one.
select review.id
from video.question_reviews as review
join video.questions as question on question.id = review.question_id
where review.content_version > question.content_version or review.content_version < 1
