-- One row per account at fault: its user name is empty, has spaces, or is another's, whatever its capitals.
select id
from learning.check_users
where not username_is_well_formed or username_is_shared
