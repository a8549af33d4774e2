-- One row per day of the last week at fault: far more or fewer rows of audit_logs came than on the same weekday before.
select table_name, day
from video.check_volume
where table_name = 'audit_logs' and is_unusual
