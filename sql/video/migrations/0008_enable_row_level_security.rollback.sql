-- Removes the policies, the grants of the application and its helpers. The role video_app stays: roles belong to the cluster.
do $$
declare
    policy record;
    target record;
begin
    for policy in select schemaname, tablename, policyname from pg_catalog.pg_policies where schemaname = 'video'
    loop
        execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
    end loop;
    for target in select oid::regclass as name from pg_catalog.pg_class where relnamespace = 'video'::regnamespace and relrowsecurity
    loop
        execute format('alter table %s no force row level security', target.name);
        execute format('alter table %s disable row level security', target.name);
        execute format('revoke all on %s from video_app', target.name);
    end loop;
end
$$;
revoke execute on function video.note_event(text, text, text, boolean, text, inet, text, jsonb), video.app_tenant(), video.app_user()
    from video_app;
drop function video.save_preferences(jsonb);
drop function video.is_admin();
drop function video.is_staff();
revoke usage on schema video from video_app;
