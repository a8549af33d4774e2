-- One row per entry at fault: the values it keeps, or its error message, do not fit what it says was done.
select id, created_at
from video.check_audit_logs
where not (values_fit_action and values_are_objects and error_fits_outcome)
