-- One row per UTC day and category of practice, from the materialized view.
-- name: daily_practice(start, end)
select day, category, answers, correct, mastered, sessions, learners
from drivemaster.daily_practice
where day >= cast(:start as date) and day < cast(:end as date)
order by day, category
