-- Removes the policies, the grants of the application and its helpers. The role mued_app stays: roles belong to the cluster.
drop view mued.people;

do $$
declare
    policy record;
    target record;
begin
    for policy in select schemaname, tablename, policyname from pg_catalog.pg_policies where schemaname = 'mued'
    loop
        execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
    end loop;
    for target in select oid::regclass as name from pg_catalog.pg_class where relnamespace = 'mued'::regnamespace and relrowsecurity
    loop
        execute format('alter table %s no force row level security', target.name);
        execute format('alter table %s disable row level security', target.name);
        execute format('revoke all on %s from mued_app', target.name);
    end loop;
end
$$;

drop function mued.may_assign(uuid);
drop function mued.keeps_assessment(uuid, numeric, text, uuid);
drop function mued.keeps_standing(text, uuid, boolean, timestamptz);
drop function mued.is_taught_by(uuid);
drop function mued.is_mentor_of(uuid);
drop function mued.is_admin();
drop function mued.app_role();
drop function mued.app_user();
revoke usage on schema mued from mued_app;
