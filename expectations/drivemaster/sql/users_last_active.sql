-- One row per account at fault: it answered after what is said to be its last activity.
select account.id
from drivemaster.users as account
join (
    select user_id, max("timestamp") as last
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by user_id
) as answered on answered.user_id = account.id
where coalesce(account.last_active_at, account.created_at) < answered.last
