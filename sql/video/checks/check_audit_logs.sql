-- One row per entry of the audit trail: whether what it keeps of the row fits, without showing it.
create view video.check_audit_logs as
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
        cross join unnest(array[
            'email', 'display_name', 'password', 'password_hash', 'device_fingerprint', 'api_key', 'api_key_encrypted', 'comment'
        ]) as name
        where kept.state ->> name <> '***'
    ) as values_are_masked,
    case action
        when 'insert' then old_values is null and new_values is not null
        when 'update' then old_values is not null and new_values is not null
        when 'delete' then old_values is not null and new_values is null
        else true
    end as values_fit_action,
    error_message is null or not is_success as error_fits_outcome,
    ip_address is not null or user_agent is not null as has_origin,
    case
        when action not in ('insert', 'update') then null
        when entity_type = 'users' then new_values ->> 'role'
        when entity_type in ('tenants', 'questions') then new_values ->> 'status'
    end as kept_state
from video.audit_logs;

comment on view video.check_audit_logs is 'Entries of the audit trail with what checks may know of the values they keep';
comment on column video.check_audit_logs.id is 'Entry, together with its time';
comment on column video.check_audit_logs.created_at is 'When it was written';
comment on column video.check_audit_logs.user_id is 'Who acted';
comment on column video.check_audit_logs.entity_type is 'Table it is about';
comment on column video.check_audit_logs.entity_id is 'Row it is about';
comment on column video.check_audit_logs.values_are_objects is 'Whether old and new values are JSON objects where there are any';
comment on column video.check_audit_logs.values_are_masked is 'Whether no personal or secret value stands in them';
comment on column video.check_audit_logs.values_fit_action is 'Whether an insertion has new values, a deletion old ones, and a change both';
comment on column video.check_audit_logs.error_fits_outcome is 'Whether only what failed has an error message';
comment on column video.check_audit_logs.has_origin is 'Whether it tells the address or the program somebody came with';
comment on column video.check_audit_logs.kept_state is 'Role of an account, status of a tenant or question, as the entry left it';
