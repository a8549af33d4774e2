-- One row per alert at fault: whoever took it on is not of its tenant.
select alert.id
from video.notifications as alert
left join video.users as taker on taker.id = alert.acknowledged_by and taker.tenant_id = alert.tenant_id
where alert.acknowledged_by is not null and taker.id is null
