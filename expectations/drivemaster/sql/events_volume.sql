-- One row per kind of event and day of the last week at fault: far more or fewer came than on the same weekday before.
select event_type, day
from drivemaster.check_volume
where is_unusual
