-- One row per subscription period at fault: it costs something and runs on although the account is closed.
select period.id
from mued.subscriptions as period
join mued.users as account on account.id = period.user_id
where account.deleted_at < marts.check_as_of() - interval '1 day' and period.price_jpy > 0
    and (period.ended_at is null or period.ended_at > marts.check_as_of())
