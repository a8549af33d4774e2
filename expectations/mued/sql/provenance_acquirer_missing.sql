-- One row per provenance at fault: who obtained the content is not there.
select origin.id
from mued.provenance as origin
left join mued.users as acquirer on acquirer.id = origin.acquired_by
where origin.acquired_by is not null and acquirer.id is null
