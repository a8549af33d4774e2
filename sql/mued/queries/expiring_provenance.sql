-- One row per piece of content whose retention period ends before a day, those already over included; the soonest first.
-- name: expiring_provenance(until, timezone)
select
    id as provenance_id,
    content_type,
    license_type,
    permission_flag,
    acquired_at,
    retention_years,
    mued.expires_at(acquired_at, retention_years) as expires_at
from mued.provenance
where
    retention_years is not null
    and mued.expires_at(acquired_at, retention_years)
        < cast(cast(:until as date) as timestamp) at time zone cast(:timezone as text)
order by expires_at, id
