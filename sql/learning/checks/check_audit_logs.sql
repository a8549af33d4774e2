-- One row per entry of the audit trail: whether what it keeps of the row fits, without showing it.
create view learning.check_audit_logs as
select
    id,
    created_at,
    user_id,
    entity_type,
    entity_id,
    coalesce(jsonb_typeof(old_values) = 'object', true) and coalesce(jsonb_typeof(new_values) = 'object', true) as values_are_objects,
    -- *** is what the writers of the trail put in the place of a personal value
    not exists (
        select
        from (values (old_values), (new_values)) as kept (state)
        cross join lateral jsonb_each_text(case jsonb_typeof(kept.state) when 'object' then kept.state else '{}' end) as field (key, value)
        where field.key in ('email', 'username', 'password_hash', 'first_name', 'last_name', 'profile_picture_url', 'comment')
            and field.value <> '***'
    ) as values_are_masked,
    case action
        when 'insert' then old_values is null and new_values is not null
        when 'update' then old_values is not null and new_values is not null
        when 'delete' then old_values is not null and new_values is null
        else true
    end as values_fit_action,
    error_message is null or not is_success as error_fits_outcome,
    ip_address is not null or user_agent is not null as has_origin,
    tableoid = to_regclass('learning.audit_logs_default') as is_in_default
from learning.audit_logs;

comment on view learning.check_audit_logs is 'Entries of the audit trail with what checks may know of the values they keep';
comment on column learning.check_audit_logs.id is 'Entry, together with its time';
comment on column learning.check_audit_logs.created_at is 'When it was written';
comment on column learning.check_audit_logs.user_id is 'Who acted';
comment on column learning.check_audit_logs.entity_type is 'Table it is about';
comment on column learning.check_audit_logs.entity_id is 'Row it is about';
comment on column learning.check_audit_logs.values_are_objects is 'Whether old and new values are JSON objects where there are any';
comment on column learning.check_audit_logs.values_are_masked is 'Whether no personal value stands in them';
comment on column learning.check_audit_logs.values_fit_action is 'Whether an insertion has new values, a deletion old ones, and a change both';
comment on column learning.check_audit_logs.error_fits_outcome is 'Whether only what failed has an error message';
comment on column learning.check_audit_logs.has_origin is 'Whether it tells the address or the program somebody came with';
comment on column learning.check_audit_logs.is_in_default is 'Whether its month has no partition';
