-- Removes the writers of the audit trail; what they wrote stays: one row per change and event.

do $$
declare
    target record;
begin
    for target in
        select tgname as name, tgrelid::regclass as relation from pg_catalog.pg_trigger
        where tgfoid = 'video.write_audit'::regproc and tgparentid = 0
    loop
        execute format('drop trigger %I on %s', target.name, target.relation);
    end loop;
end
$$;
drop function video.note_event(text, text, text, boolean, text, inet, text, jsonb);
drop function video.write_audit();
drop function video.masked(jsonb, text[]);
drop function video.app_user();
drop function video.app_tenant();
drop function video.setting_uuid(text);
