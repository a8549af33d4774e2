-- One row per feedback: whether it has words, without showing them.
create view learning.check_user_feedback as
select id, coalesce(btrim(comment), '') <> '' as has_comment
from learning.user_feedback;

comment on view learning.check_user_feedback is 'Feedback with what checks may know of its comment';
comment on column learning.check_user_feedback.id is 'Feedback';
comment on column learning.check_user_feedback.has_comment is 'Whether there are words';
