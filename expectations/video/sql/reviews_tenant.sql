-- One row per review at fault: question, reviewer and review are not of one tenant.
select review.id
from video.question_reviews as review
left join video.questions as question on question.id = review.question_id and question.tenant_id = review.tenant_id
left join video.users as reviewer on reviewer.id = review.reviewer_id and reviewer.tenant_id = review.tenant_id
where question.id is null or (review.reviewer_id is not null and reviewer.id is null)
