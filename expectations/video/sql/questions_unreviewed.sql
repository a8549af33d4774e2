-- One row per question at fault: approved or published, and the last review of its present version is no approval, or there is none.
with last_review as (
    select distinct on (question_id, content_version) question_id, content_version, decision
    from video.question_reviews
    order by question_id, content_version, reviewed_at desc, decision = 'approved'
)
select question.id
from video.questions as question
left join last_review on last_review.question_id = question.id and last_review.content_version = question.content_version
where question.status in ('approved', 'published') and last_review.decision is distinct from 'approved'
