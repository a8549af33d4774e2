-- Row level security: a user sees and writes their own rows; the application acts as learning_app for the account in app.user_id.
-- Without one nothing is seen. One row per owner; chunks and assets follow their material.

set local role none;
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'learning_app') then
        create role learning_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the cluster made it in the same moment
end
$$;
set local role workbench_owner;

grant usage on schema learning to learning_app;
grant execute on function learning.acting_user(), learning.note_event(text, text, uuid, boolean, text, inet, text, text, jsonb) to learning_app;

do $$
declare
    target regclass;
begin
    foreach target in array array[
        'learning.users', 'learning.study_materials', 'learning.content_chunks', 'learning.generated_assets', 'learning.learning_sessions',
        'learning.interactions', 'learning.user_feedback', 'learning.progress_metrics', 'learning.audit_logs'
    ]::regclass[]
    loop
        execute format('alter table %s enable row level security', target);
        execute format('alter table %s force row level security', target);
        execute format('create policy workbench_writes on %s to workbench_owner, workbench_loader using (true) with check (true)', target);
        execute format('create policy workbench_reads on %s for select to workbench_reader, workbench_identified using (true)', target);
    end loop;
    foreach target in array array[
        'learning.study_materials', 'learning.learning_sessions', 'learning.interactions', 'learning.user_feedback'
    ]::regclass[]
    loop
        execute format(
            'create policy own_all on %s to learning_app using (user_id = (select learning.acting_user())) '
            'with check (user_id = (select learning.acting_user()))', target
        );
    end loop;
    foreach target in array array['learning.content_chunks', 'learning.generated_assets']::regclass[]
    loop
        execute format(
            'create policy material_all on %1$s to learning_app '
            'using (exists (select from learning.study_materials as material where material.id = study_material_id)) '
            'with check (exists (select from learning.study_materials as material where material.id = study_material_id))', target
        );
    end loop;
end
$$;
create policy own_select on learning.users for select to learning_app using (id = (select learning.acting_user()));
create policy own_update on learning.users for update to learning_app
    using (id = (select learning.acting_user())) with check (id = (select learning.acting_user()));
create policy own_select on learning.progress_metrics for select to learning_app using (user_id = (select learning.acting_user()));
create policy own_insert on learning.progress_metrics for insert to learning_app with check (user_id = (select learning.acting_user()));
create policy own_select on learning.audit_logs for select to learning_app using (user_id = (select learning.acting_user()));

grant select (
    id, email, username, first_name, last_name, profile_picture_url, preferences, created_at, updated_at, is_active, last_login_at
) on learning.users to learning_app;
grant update (email, username, first_name, last_name, profile_picture_url, preferences, updated_at, deleted_at) on learning.users to learning_app;
grant select, insert, update, delete on learning.study_materials, learning.content_chunks, learning.generated_assets,
    learning.learning_sessions, learning.user_feedback to learning_app;
grant select, insert on learning.interactions, learning.progress_metrics to learning_app;
grant select (id, user_id, action, entity_type, entity_id, created_at, is_success) on learning.audit_logs to learning_app;
