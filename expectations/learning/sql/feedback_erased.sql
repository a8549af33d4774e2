-- One row per feedback at fault: its author was deleted more than 30 days ago, and the words are still here.
select feedback.id
from learning.user_feedback as feedback
join learning.check_user_feedback as seen on seen.id = feedback.id
join learning.users as author on author.id = feedback.user_id
where seen.has_comment and author.deleted_at < marts.check_as_of() - interval '30 days'
