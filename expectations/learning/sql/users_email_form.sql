-- One row per account at fault: its e-mail address does not look like one.
select id
from learning.check_users
where not email_is_well_formed
