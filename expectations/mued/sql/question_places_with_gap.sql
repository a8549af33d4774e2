-- One row per session at fault: the places of its questions do not run from 1 on without a gap.
select session_id
from mued.interview_questions
group by session_id
having min(position) <> 1 or max(position) <> count(distinct position)
