-- One row per account at fault: closed more than 30 days ago, and something personal is left in it.
select account.id
from drivemaster.users as account
join drivemaster.check_users as seen on seen.id = account.id
where account.deleted_at < marts.check_as_of() - interval '30 days' and not seen.is_blank
