-- One row per UTC day and kind of session, from the stored summary: as of its last refresh.
-- name: interview_days(start, end)
select day, kind, sessions, analysed_sessions, questions, answers, skipped
from mued.interview_summary
where day >= cast(:start as date) and day < cast(:end as date)
order by day, kind
