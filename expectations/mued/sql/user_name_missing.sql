-- One row per account at fault: it is not closed and has no name.
select account.id
from mued.users as account
join mued.check_users as personal on personal.id = account.id
where account.deleted_at is null and not personal.name_is_filled
