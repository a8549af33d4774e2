-- One row per note at fault: its author is not there.
select entry.id
from mued.log_entries as entry
left join mued.users as author on author.id = entry.user_id
where author.id is null
