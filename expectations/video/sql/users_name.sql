-- One row per account at fault: it is open and has no name.
select account.id
from video.users as account
join video.check_users as seen on seen.id = account.id
where account.deleted_at is null and not seen.name_is_filled
