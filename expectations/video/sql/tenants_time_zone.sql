-- One row per tenant at fault: the server knows no such time zone.
select tenant.id
from video.tenants as tenant
left join pg_catalog.pg_timezone_names as zone on zone.name = tenant.time_zone
where zone.name is null
