-- One row per account at fault: its e-mail address is none.
select id
from video.check_users
where not email_is_well_formed
