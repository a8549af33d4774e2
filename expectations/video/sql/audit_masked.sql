-- One row per entry at fault: it keeps a personal or secret value.
select id, created_at
from video.check_audit_logs
where not values_are_masked
