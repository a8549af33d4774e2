-- One row per account at fault: its e-mail address is no address.
select id
from mued.check_users
where not email_is_well_formed
