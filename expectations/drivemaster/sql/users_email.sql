-- One row per account at fault: its e-mail address does not look like one, or is another's, whatever its capitals.
select id
from drivemaster.check_users
where not email_is_well_formed or email_is_shared
