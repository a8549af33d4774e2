-- One row per table at fault, audit_logs alone: its DEFAULT partition holds rows.
select table_name
from marts.check_default_rows()
where platform = 'video' and table_name = 'audit_logs' and row_count > 0
