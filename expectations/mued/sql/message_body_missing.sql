-- One row per message at fault: it has no text, or one that is too long.
select id
from mued.check_messages
where not body_is_filled
