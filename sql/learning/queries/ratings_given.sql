-- One row per rating that users of generated material gave in the period: how often, and by how many learners.
-- name: ratings_given(start, end, timezone)
select rating, count(*) as ratings, count(distinct user_id) as learners
from learning.user_feedback
where
    rating is not null
    and created_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and created_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
    and created_at < cast('{as_of}' as timestamptz)
group by rating
order by rating
