-- One row per account at fault: another has its e-mail address, whatever its capitals.
select id
from learning.check_users
where email_is_shared
