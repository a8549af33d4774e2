-- One row per feedback at fault: a comment or report without words, of somebody whose words were not to be erased.
select feedback.id
from learning.user_feedback as feedback
join learning.check_user_feedback as seen on seen.id = feedback.id
left join learning.users as author on author.id = feedback.user_id
where feedback.created_at >= coalesce(marts.check_since(), '-infinity')
    and feedback.feedback_type in ('comment', 'report') and not seen.has_comment and author.deleted_at is null
