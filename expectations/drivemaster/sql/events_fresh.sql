-- One row per kind of event at fault: none came for longer than its own rhythm allows.
select event_type, last_day
from drivemaster.check_freshness
where is_stale
