-- One row per account at fault: its picture is no address on the web.
select id
from learning.check_users
where not picture_is_address
