-- One row per review at fault: a student gave it.
select review.id
from video.question_reviews as review
join video.users as reviewer on reviewer.id = review.reviewer_id
where reviewer.role = 'student'
