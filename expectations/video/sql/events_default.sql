-- One row per table at fault, analytics_events alone: its DEFAULT partition holds rows.
select table_name
from marts.check_default_rows()
where platform = 'video' and table_name = 'analytics_events' and row_count > 0
