-- One row per account at fault: closed more than 30 days ago, and something personal is still in it.
select account.id
from mued.users as account
join mued.check_users as personal on personal.id = account.id
where account.deleted_at < marts.check_as_of() - interval '30 days' and not personal.is_blank
