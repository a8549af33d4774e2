-- One row per account at fault: it signed in later than it says.
select account.id
from video.users as account
join (
    select user_id, max(occurred_at) as at
    from video.analytics_events
    where event_type = 'login' and user_id is not null
    group by user_id
) as login on login.user_id = account.id
where account.last_login_at is null or account.last_login_at < login.at
