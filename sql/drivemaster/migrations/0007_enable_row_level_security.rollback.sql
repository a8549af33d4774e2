-- Removes the policies, the grants of the application and its helpers. The role drivemaster_app stays: roles belong to the cluster.
do $$
declare
    policy record;
    target record;
begin
    for policy in select schemaname, tablename, policyname from pg_catalog.pg_policies where schemaname = 'drivemaster'
    loop
        execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
    end loop;
    for target in select oid::regclass as name from pg_catalog.pg_class where relnamespace = 'drivemaster'::regnamespace and relrowsecurity
    loop
        execute format('alter table %s no force row level security', target.name);
        execute format('alter table %s disable row level security', target.name);
    end loop;
end
$$;
revoke all on drivemaster.users, drivemaster.knowledge_states, drivemaster.learning_events, drivemaster.concepts,
    drivemaster.concept_prerequisites, drivemaster.content from drivemaster_app;
drop function drivemaster.is_admin();
drop function drivemaster.sees_all();
drop function drivemaster.app_user();
revoke usage on schema drivemaster from drivemaster_app;
