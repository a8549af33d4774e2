-- One row per account at fault: its password is no bcrypt hash.
select id
from learning.check_users
where not password_is_hashed
