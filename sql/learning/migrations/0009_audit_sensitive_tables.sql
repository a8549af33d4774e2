-- Writers of the audit trail: one row per inserted, changed or deleted row of the sensitive tables, personal values masked;
-- sign-ins and administrative acts enter through learning.note_event.

create function learning.masked(whole jsonb) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(key, case
        when key in ('email', 'username', 'password_hash', 'first_name', 'last_name', 'profile_picture_url', 'comment')
            and value <> 'null'::jsonb then '"***"'::jsonb
        else value
    end)
    from jsonb_each(whole)
$$;

create function learning.acting_user() returns uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    claimed text := current_setting('app.user_id', true);
begin
    if claimed is null or claimed !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        return null;
    end if;
    return (select id from learning.users where id = claimed::uuid and is_active and deleted_at is null);
end
$$;

create function learning.write_audit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into learning.audit_logs (user_id, action, entity_type, entity_id, old_values, new_values)
    values (
        learning.acting_user(), lower(tg_op), tg_table_name,
        case when tg_op = 'DELETE' then old.id else new.id end,
        case when tg_op <> 'INSERT' then learning.masked(to_jsonb(old)) end,
        case when tg_op <> 'DELETE' then learning.masked(to_jsonb(new)) end
    );
    return null;
end
$$;

create function learning.note_event(
    action text, entity_type text, entity_id uuid default null, is_success boolean default true, error_message text default null,
    ip_address inet default null, user_agent text default null, session_id text default null, details jsonb default null
) returns uuid
    language sql security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into learning.audit_logs (
        user_id, action, entity_type, entity_id, is_success, error_message, ip_address, user_agent, session_id, new_values
    )
    values (learning.acting_user(), $1, $2, $3, $4, $5, $6, $7, $8, learning.masked($9))
    returning id
$$;

create trigger users_audit after insert or update or delete on learning.users
    for each row execute function learning.write_audit();
create trigger study_materials_audit after insert or update or delete on learning.study_materials
    for each row execute function learning.write_audit();
create trigger user_feedback_audit after insert or update or delete on learning.user_feedback
    for each row execute function learning.write_audit();

revoke execute on function learning.masked(jsonb), learning.acting_user(), learning.write_audit(),
    learning.note_event(text, text, uuid, boolean, text, inet, text, text, jsonb) from public;

comment on function learning.masked(jsonb) is 'The row with its personal values replaced by ***';
comment on function learning.acting_user() is 'Account in app.user_id when it exists and is active, else null';
comment on function learning.write_audit() is 'Row trigger: notes what was inserted, changed or deleted, and by whom';
comment on function learning.note_event(text, text, uuid, boolean, text, inet, text, text, jsonb) is
    'Notes a sign-in, an administrative act or another event that is no change of a row';
