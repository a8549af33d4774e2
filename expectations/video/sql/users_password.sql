-- One row per account at fault: its password is kept, and not as a hash.
select id
from video.check_users
where not password_is_hashed
