-- One row per subscription period at fault: its account is not there.
select period.id
from mued.subscriptions as period
left join mued.users as account on account.id = period.user_id
where account.id is null
