-- One row per note at fault: it has no text, or one that is too long.
select id
from mued.check_log_entries
where not content_is_filled
