-- Row level security: learners see their own rows, instructors and administrators all; the application acts as drivemaster_app
-- for the account named in the setting app.user_id. Without one, nothing is seen.

set local role none;
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'drivemaster_app') then
        create role drivemaster_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the cluster made it in the same moment
end
$$;
set local role workbench_owner;

grant usage on schema drivemaster to drivemaster_app;

create function drivemaster.app_user() returns uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    claimed text := current_setting('app.user_id', true);
begin
    if claimed is null or claimed !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        return null;
    end if;
    return (select id from drivemaster.users where id = claimed::uuid and is_active and deleted_at is null);
end
$$;

create function drivemaster.sees_all() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select exists (select from drivemaster.users where id = drivemaster.app_user() and role in ('instructor', 'admin')) $$;

create function drivemaster.is_admin() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select exists (select from drivemaster.users where id = drivemaster.app_user() and role = 'admin') $$;

revoke execute on function drivemaster.app_user(), drivemaster.sees_all(), drivemaster.is_admin() from public;
grant execute on function drivemaster.app_user(), drivemaster.sees_all(), drivemaster.is_admin() to drivemaster_app;
comment on function drivemaster.app_user() is 'Account in app.user_id when it exists and is active, else null';
comment on function drivemaster.sees_all() is 'Whether the acting account is an instructor or administrator';
comment on function drivemaster.is_admin() is 'Whether the acting account is an administrator';

do $$
declare
    target regclass;
begin
    foreach target in array array['drivemaster.users', 'drivemaster.knowledge_states', 'drivemaster.learning_events']::regclass[]
    loop
        execute format('alter table %s enable row level security', target);
        execute format('alter table %s force row level security', target);
        execute format('create policy workbench_writes on %s to workbench_owner, workbench_loader using (true) with check (true)', target);
        execute format('create policy workbench_reads on %s for select to workbench_reader, workbench_identified using (true)', target);
        execute format(
            'create policy admin_all on %s to drivemaster_app using ((select drivemaster.is_admin())) with check ((select drivemaster.is_admin()))',
            target
        );
        execute format('create policy instructor_select on %s for select to drivemaster_app using ((select drivemaster.sees_all()))', target);
    end loop;
end
$$;
create policy own_select on drivemaster.users for select to drivemaster_app using (id = (select drivemaster.app_user()));
create policy own_update on drivemaster.users for update to drivemaster_app
    using (id = (select drivemaster.app_user())) with check (id = (select drivemaster.app_user()));
create policy own_all on drivemaster.knowledge_states to drivemaster_app
    using (user_id = (select drivemaster.app_user())) with check (user_id = (select drivemaster.app_user()));
create policy own_select on drivemaster.learning_events for select to drivemaster_app using (user_id = (select drivemaster.app_user()));
create policy own_insert on drivemaster.learning_events for insert to drivemaster_app with check (user_id = (select drivemaster.app_user()));

-- Nobody promotes themselves and nobody rewrites the event log: those columns and rights are simply not given.
grant select (
    id, email, display_name, role, locale, time_zone, cognitive_patterns, learning_preferences, total_xp, current_streak, longest_streak,
    achievements, plan, is_active, last_active_at, created_at
) on drivemaster.users to drivemaster_app;
grant update (email, display_name, locale, time_zone, cognitive_patterns, learning_preferences, updated_at) on drivemaster.users to drivemaster_app;
grant select on drivemaster.concepts, drivemaster.concept_prerequisites, drivemaster.content to drivemaster_app;
grant select, insert, update on drivemaster.knowledge_states to drivemaster_app;
grant select, insert on drivemaster.learning_events to drivemaster_app;
