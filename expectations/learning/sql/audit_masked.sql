-- One row per entry at fault: it keeps a personal value.
select id, created_at
from learning.check_audit_logs
where not values_are_masked
