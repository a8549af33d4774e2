-- One row per account at fault: its password is no hash.
select id
from drivemaster.check_users
where not password_is_hashed
