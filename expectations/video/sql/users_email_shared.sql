-- One row per account at fault: another one of its tenant has its e-mail address, whatever the capitals.
select id
from video.check_users
where email_is_shared
