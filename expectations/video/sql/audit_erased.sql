-- One row per entry at fault: whoever acted closed the account more than 30 days ago, and the entry still tells where they came from.
select seen.id, seen.created_at
from video.check_audit_logs as seen
join video.users as actor on actor.id = seen.user_id
where seen.has_origin and actor.deleted_at < marts.check_as_of() - interval '30 days'
