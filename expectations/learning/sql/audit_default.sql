-- One row per entry at fault: its month has no partition, so it lies in DEFAULT.
select id, created_at
from learning.check_audit_logs
where is_in_default
