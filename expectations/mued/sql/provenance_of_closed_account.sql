-- One row per provenance at fault: it still names an account that was closed more than 30 days ago.
select origin.id
from mued.provenance as origin
join mued.users as acquirer on acquirer.id = origin.acquired_by
where acquirer.deleted_at < marts.check_as_of() - interval '30 days'
