-- One row per account at fault: another account has the same e-mail address, case apart.
select id
from mued.check_users
where email_is_shared
