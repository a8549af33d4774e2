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
end
$$;
create policy own_select on learning.users for select to learning_app using (id = (select learning.acting_user()));
create policy own_update on learning.users for update to learning_app
    using (id = (select learning.acting_user())) with check (id = (select learning.acting_user()));
create policy own_all on learning.study_materials to learning_app
    using (user_id = (select learning.acting_user())) with check (user_id = (select learning.acting_user()));

-- A foreign key finds rows that its writer may not see, so every reference is checked once more by what the writer sees.
create policy material_all on learning.content_chunks to learning_app
    using (exists (select from learning.study_materials as material where material.id = study_material_id))
    with check (exists (select from learning.study_materials as material where material.id = study_material_id));
create policy material_all on learning.generated_assets to learning_app
    using (exists (select from learning.study_materials as material where material.id = study_material_id))
    with check (
        exists (select from learning.study_materials as material where material.id = study_material_id)
        and (content_chunk_id is null or exists (select from learning.content_chunks as chunk where chunk.id = content_chunk_id))
    );
create policy own_all on learning.learning_sessions to learning_app
    using (user_id = (select learning.acting_user()))
    with check (
        user_id = (select learning.acting_user())
        and exists (select from learning.study_materials as material where material.id = study_material_id)
    );
create policy own_select on learning.interactions for select to learning_app using (user_id = (select learning.acting_user()));
create policy own_insert on learning.interactions for insert to learning_app with check (
    user_id = (select learning.acting_user())
    and exists (select from learning.learning_sessions as held where held.id = learning_session_id)
    and (generated_asset_id is null or exists (select from learning.generated_assets as asset where asset.id = generated_asset_id))
);
create policy own_all on learning.user_feedback to learning_app
    using (user_id = (select learning.acting_user()))
    with check (
        user_id = (select learning.acting_user())
        and (generated_asset_id is null or exists (select from learning.generated_assets as asset where asset.id = generated_asset_id))
        and (
            interaction_id is null
            or exists (
                select from learning.interactions as action
                where action.id = interaction_id and action.created_at = interaction_created_at
            )
        )
    );
create policy own_select on learning.progress_metrics for select to learning_app using (user_id = (select learning.acting_user()));
create policy own_insert on learning.progress_metrics for insert to learning_app with check (
    user_id = (select learning.acting_user())
    and (learning_session_id is null or exists (select from learning.learning_sessions as held where held.id = learning_session_id))
);
create policy own_select on learning.audit_logs for select to learning_app using (user_id = (select learning.acting_user()));

grant select (
    id, email, username, first_name, last_name, profile_picture_url, preferences, created_at, updated_at, is_active, last_login_at
) on learning.users to learning_app;
grant update (email, username, first_name, last_name, profile_picture_url, preferences, updated_at, deleted_at) on learning.users to learning_app;
grant select, insert, update, delete on learning.study_materials, learning.content_chunks, learning.generated_assets,
    learning.learning_sessions, learning.user_feedback to learning_app;
grant select, insert on learning.interactions, learning.progress_metrics to learning_app;
grant select (id, user_id, action, entity_type, entity_id, created_at, is_success) on learning.audit_logs to learning_app;
