-- One row per ISO week (its Monday) and language: notes written, by how many learners, and how far they are shared.
-- name: log_writing(start, end, timezone)
select
    cast(date_trunc('week', logged_at at time zone cast(:timezone as text)) as date) as week,
    language,
    count(*) as entries,
    count(distinct user_id) as writers,
    count(*) filter (where shared_with_mentor) as shared_with_mentor,
    count(*) filter (where is_public) as public
from mued.log_entries
where
    logged_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and logged_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
group by 1, 2
order by 1, 2
