-- One row per alert that nobody has taken on by the instant; alerts about the whole system have no tenant.
-- name: open_notifications(as_of, tenant)
select
    notification.id as notification_id,
    tenant.slug as tenant,
    notification.kind,
    notification.severity,
    notification.title,
    notification.created_at,
    extract(epoch from cast(:as_of as timestamptz) - notification.created_at) / 3600 as open_hours
from video.notifications as notification
left join video.tenants as tenant on tenant.id = notification.tenant_id
where notification.created_at <= cast(:as_of as timestamptz)
    and (notification.acknowledged_at is null or notification.acknowledged_at > cast(:as_of as timestamptz))
    and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
order by notification.severity desc, notification.created_at, notification.id
