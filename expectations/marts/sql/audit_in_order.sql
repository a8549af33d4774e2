-- One row per line of the audit trail at fault: it was written after a line that says it happened more than a day later.
select audit_id
from (
    select
        audit_id,
        occurred_at,
        lag(occurred_at) over (order by audit_id) as occurred_before
    from marts.audit
) as trail
where occurred_at <= occurred_before - interval '1 day'
