-- Removes the policies and the grants of the application. The role learning_app stays: roles belong to the cluster.
do $$
declare
    policy record;
    target record;
begin
    for policy in select schemaname, tablename, policyname from pg_catalog.pg_policies where schemaname = 'learning'
    loop
        execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
    end loop;
    for target in
        select oid::regclass as name from pg_catalog.pg_class where relnamespace = 'learning'::regnamespace and relrowsecurity
    loop
        execute format('alter table %s no force row level security', target.name);
        execute format('alter table %s disable row level security', target.name);
        execute format('revoke all on %s from learning_app', target.name);
    end loop;
end
$$;
revoke execute on function learning.acting_user(), learning.note_event(text, text, uuid, boolean, text, inet, text, text, jsonb)
    from learning_app;
revoke usage on schema learning from learning_app;
