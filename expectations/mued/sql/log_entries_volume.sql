-- One row per complete UTC day of the last week at fault: mued.log_entries got far fewer or far more rows than on the same weekday before.
select day
from mued.check_volume
where table_name = 'log_entries' and is_unusual and day >= coalesce((marts.check_since() at time zone 'UTC')::date, '-infinity')
