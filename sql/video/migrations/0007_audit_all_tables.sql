-- Writers of the audit trail: one row per inserted, changed or deleted row of every table, personal and secret values masked;
-- sign-ins and administrative acts enter through video.note_event. A new event is a log entry of its own and is not logged again.

create function video.setting_uuid(name text) returns uuid
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select case when claimed ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then claimed::uuid end
    from (select current_setting(name, true) as claimed) as setting
$$;

-- They read as the owner, so that policies on users cannot recurse.
create function video.app_tenant() returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select account.tenant_id from video.users as account join video.tenants as tenant on tenant.id = account.tenant_id
    where account.id = video.setting_uuid('app.user_id') and account.tenant_id = video.setting_uuid('app.tenant_id')
        and account.is_active and account.deleted_at is null and tenant.status = 'active'
$$;

create function video.app_user() returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select video.setting_uuid('app.user_id') where video.app_tenant() is not null $$;

create function video.masked(whole jsonb, names text[]) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select whole || coalesce(
        (select jsonb_object_agg(name, '***'::text) from unnest(names) as name where whole ->> name is not null), '{}'
    )
$$;

-- Its arguments: columns of the key, comma between them; columns to mask. Rows written straight to a partition pass it by:
-- they move, they do not change. Its plans are kept: one made for a single changed row must not pair thousands row by row.
create function video.write_audit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_nestloop = off
as $$
declare
    keys text[] := string_to_array(tg_argv[0], ',');
    personal text[] := nullif(tg_argv[1:], '{}');
    actor uuid := video.setting_uuid('app.user_id');
begin
    if tg_op = 'INSERT' then
        insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, new_values)
        select
            (whole ->> case tg_table_name when 'tenants' then 'id' else 'tenant_id' end)::uuid, actor, 'insert', tg_table_name,
            whole ->> keys[1] || coalesce('/' || (whole ->> keys[2]), ''),
            case when personal is null then whole else video.masked(whole, personal) end
        from (select to_jsonb(after) as whole from after_rows as after) as changed;
    elsif tg_op = 'DELETE' then
        insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, old_values)
        select
            (whole ->> case tg_table_name when 'tenants' then 'id' else 'tenant_id' end)::uuid, actor, 'delete', tg_table_name,
            whole ->> keys[1] || coalesce('/' || (whole ->> keys[2]), ''),
            case when personal is null then whole else video.masked(whole, personal) end
        from (select to_jsonb(before) as whole from before_rows as before) as changed;
    elsif tg_op = 'UPDATE' then
        insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, old_values, new_values)
        select
            (after.whole ->> case tg_table_name when 'tenants' then 'id' else 'tenant_id' end)::uuid, actor, 'update', tg_table_name,
            after.whole ->> keys[1] || coalesce('/' || (after.whole ->> keys[2]), ''),
            case when personal is null then before.whole else video.masked(before.whole, personal) end,
            case when personal is null then after.whole else video.masked(after.whole, personal) end
        from (select row_number() over () as place, to_jsonb(rows) as whole from before_rows as rows) as before
        join (select row_number() over () as place, to_jsonb(rows) as whole from after_rows as rows) as after using (place);
    else
        insert into video.audit_logs (user_id, action, entity_type) values (actor, 'truncate', tg_table_name);
    end if;
    return null;
end
$$;

-- Who acts is checked, not claimed: what an unknown caller says about itself goes into the details, into the trail of no tenant.
create function video.note_event(
    action text, entity_type text, entity_id text default null, is_success boolean default true, error_message text default null,
    ip_address inet default null, user_agent text default null, details jsonb default '{}'
) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    tenant uuid := video.app_tenant();
    noted uuid;
begin
    if $1 in ('insert', 'update', 'delete', 'truncate') or jsonb_typeof($8) is distinct from 'object' then
        raise exception '% is no event with details: changes of rows are noted by the database alone', $1 using errcode = 'check_violation';
    end if;
    insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, is_success, error_message, ip_address, user_agent, new_values)
    values (
        tenant, video.app_user(), $1, $2, case when $3 like '%@%' then '***' else $3 end, $4, $5, $6, $7,
        video.masked($8, array['email', 'display_name', 'password', 'password_hash', 'device_fingerprint', 'api_key', 'api_key_encrypted', 'comment'])
        || case when tenant is null then jsonb_build_object(
            'claimed_tenant', video.setting_uuid('app.tenant_id'), 'claimed_user', video.setting_uuid('app.user_id')
        ) else '{}' end
    )
    returning id into noted;
    if $1 = 'login' and $4 then
        update video.users set last_login_at = now() where id = video.app_user();
    end if;
    return noted;
end
$$;

do $$
declare
    target record;
begin
    for target in
        select * from (values
            ('tenants', array['id']), ('users', array['id', 'email', 'display_name', 'password_hash']), ('lessons', array['id']),
            ('video_groups', array['id']), ('lesson_video_groups', array['lesson_id,video_group_id']), ('videos', array['id']),
            ('video_group_videos', array['video_group_id,video_id']), ('milestones', array['id']), ('questions', array['id']),
            ('question_reviews', array['id', 'comment']), ('lesson_assignments', array['lesson_id,student_id']),
            ('student_sessions', array['id', 'device_fingerprint']), ('student_progress', array['id']),
            ('question_attempts', array['id']), ('grade_scales', array['tenant_id,letter']), ('grades', array['id']),
            ('ai_configurations', array['id', 'api_key_encrypted']), ('generation_jobs', array['id']),
            ('generated_questions', array['question_id']), ('ai_usage', array['id']), ('notifications', array['id']),
            ('analytics_events', array['id'])
        ) as listed (name, arguments)
    loop
        if target.name <> 'analytics_events' then
            execute format('create trigger audit_insert after insert on video.%I referencing new table as after_rows '
                'for each statement execute function video.write_audit(%s)', target.name,
                (select string_agg(quote_literal(argument), ', ') from unnest(target.arguments) as argument));
        end if;
        execute format('create trigger audit_update after update on video.%I referencing old table as before_rows new table as after_rows '
            'for each statement execute function video.write_audit(%s)', target.name,
            (select string_agg(quote_literal(argument), ', ') from unnest(target.arguments) as argument));
        execute format('create trigger audit_delete after delete on video.%I referencing old table as before_rows '
            'for each statement execute function video.write_audit(%s)', target.name,
            (select string_agg(quote_literal(argument), ', ') from unnest(target.arguments) as argument));
        execute format('create trigger audit_truncate after truncate on video.%I '
            'for each statement execute function video.write_audit()', target.name);
    end loop;
end
$$;

revoke execute on function video.masked(jsonb, text[]), video.setting_uuid(text), video.app_tenant(), video.app_user(), video.write_audit(),
    video.note_event(text, text, text, boolean, text, inet, text, jsonb) from public;

comment on function video.setting_uuid(text) is 'Value of a setting when it is a uuid, else null';
comment on function video.app_tenant() is 'Tenant acted for: the one in app.tenant_id when the account in app.user_id is an active member of it, else null';
comment on function video.app_user() is 'Acting account when it belongs to the acting tenant, else null';
comment on function video.masked(jsonb, text[]) is 'The object with the values of these names replaced by ***';
comment on function video.write_audit() is 'Statement trigger: notes each row that was inserted, changed or deleted, and by whom';
comment on function video.note_event(text, text, text, boolean, text, inet, text, jsonb) is
    'Notes a sign-in, an administrative act or another event that is no change of a row; a sign-in that succeeded dates the account''s last one';
