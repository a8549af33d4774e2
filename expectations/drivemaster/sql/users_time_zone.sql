-- One row per account at fault: the server knows no time zone of that name.
select id
from drivemaster.users
where time_zone not in (select name from pg_catalog.pg_timezone_names)
