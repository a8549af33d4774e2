-- One row per answer at fault: its attempt is not the one after the learner's attempt at the same item before it. The first one that is
-- there is number 1 unless earlier ones were archived.
with numbered as (
    select
        id, "timestamp", user_id, content_id,
        case when response_data ->> 'attemptNo' ~ '^[1-9][0-9]{0,5}$' then (response_data ->> 'attemptNo')::integer end as attempt_no
    from drivemaster.learning_events
    where event_type = 'question_answered' and response_data ? 'attemptNo'
),
followed as (
    select
        id, "timestamp", attempt_no,
        lag(attempt_no) over (partition by user_id, content_id order by "timestamp", id) as previous
    from numbered
    where attempt_no is not null
)
select id, "timestamp"
from followed
where attempt_no <> coalesce(
    previous + 1, case when exists (select from marts.sealed_range where platform = 'drivemaster') then attempt_no else 1 end
)
