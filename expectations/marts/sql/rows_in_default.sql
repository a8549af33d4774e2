-- One row per table at fault: its DEFAULT partition holds rows.
select
    platform,
    table_name
from marts.check_default_rows()
where row_count > 0
