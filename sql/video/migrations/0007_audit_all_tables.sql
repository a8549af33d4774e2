-- Writers of the audit trail: one row per inserted, changed or deleted row of every table, personal and secret values masked;
-- sign-ins and administrative acts enter through video.note_event. Events are a log of their own and are not logged again.

create function video.masked(whole jsonb) returns jsonb
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(key, case
        when key in ('email', 'display_name', 'password_hash', 'device_fingerprint', 'api_key_encrypted', 'comment')
            and value <> 'null'::jsonb then '"***"'::jsonb
        else value
    end)
    from jsonb_each(whole)
$$;

create function video.setting_uuid(name text) returns uuid
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select case when claimed ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then claimed::uuid end
    from (select current_setting(name, true) as claimed) as setting
$$;

create function video.write_audit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    before jsonb := case when tg_op <> 'INSERT' then video.masked(to_jsonb(old)) end;
    after jsonb := case when tg_op <> 'DELETE' then video.masked(to_jsonb(new)) end;
    whole jsonb := coalesce(after, before);
begin
    insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, old_values, new_values)
    values (
        (select id from video.tenants where id = case when tg_table_name = 'tenants' then whole ->> 'id' else whole ->> 'tenant_id' end::uuid),
        video.setting_uuid('app.user_id'), lower(tg_op), tg_table_name,
        coalesce(whole ->> 'id', whole ->> 'question_id', whole ->> 'lesson_id', whole ->> 'video_group_id', whole ->> 'letter'),
        before, after
    );
    return null;
end
$$;

create function video.note_event(
    action text, entity_type text, entity_id text default null, is_success boolean default true, error_message text default null,
    ip_address inet default null, user_agent text default null, details jsonb default null
) returns uuid
    language sql security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into video.audit_logs (tenant_id, user_id, action, entity_type, entity_id, is_success, error_message, ip_address, user_agent, new_values)
    values (
        video.setting_uuid('app.tenant_id'), video.setting_uuid('app.user_id'), $1, $2, $3, $4, $5, $6, $7, video.masked($8)
    )
    returning id
$$;

create trigger tenants_audit after insert or update or delete on video.tenants
    for each row execute function video.write_audit();
create trigger users_audit after insert or update or delete on video.users
    for each row execute function video.write_audit();
create trigger lessons_audit after insert or update or delete on video.lessons
    for each row execute function video.write_audit();
create trigger video_groups_audit after insert or update or delete on video.video_groups
    for each row execute function video.write_audit();
create trigger lesson_video_groups_audit after insert or update or delete on video.lesson_video_groups
    for each row execute function video.write_audit();
create trigger videos_audit after insert or update or delete on video.videos
    for each row execute function video.write_audit();
create trigger video_group_videos_audit after insert or update or delete on video.video_group_videos
    for each row execute function video.write_audit();
create trigger milestones_audit after insert or update or delete on video.milestones
    for each row execute function video.write_audit();
create trigger questions_audit after insert or update or delete on video.questions
    for each row execute function video.write_audit();
create trigger question_reviews_audit after insert or update or delete on video.question_reviews
    for each row execute function video.write_audit();
create trigger lesson_assignments_audit after insert or update or delete on video.lesson_assignments
    for each row execute function video.write_audit();
create trigger student_sessions_audit after insert or update or delete on video.student_sessions
    for each row execute function video.write_audit();
create trigger student_progress_audit after insert or update or delete on video.student_progress
    for each row execute function video.write_audit();
create trigger question_attempts_audit after insert or update or delete on video.question_attempts
    for each row execute function video.write_audit();
create trigger grade_scales_audit after insert or update or delete on video.grade_scales
    for each row execute function video.write_audit();
create trigger grades_audit after insert or update or delete on video.grades
    for each row execute function video.write_audit();
create trigger ai_configurations_audit after insert or update or delete on video.ai_configurations
    for each row execute function video.write_audit();
create trigger generation_jobs_audit after insert or update or delete on video.generation_jobs
    for each row execute function video.write_audit();
create trigger generated_questions_audit after insert or update or delete on video.generated_questions
    for each row execute function video.write_audit();
create trigger ai_usage_audit after insert or update or delete on video.ai_usage
    for each row execute function video.write_audit();
create trigger notifications_audit after insert or update or delete on video.notifications
    for each row execute function video.write_audit();

revoke execute on function video.masked(jsonb), video.setting_uuid(text), video.write_audit(),
    video.note_event(text, text, text, boolean, text, inet, text, jsonb) from public;

comment on function video.masked(jsonb) is 'The row with its personal and secret values replaced by ***';
comment on function video.setting_uuid(text) is 'Value of a setting when it is a uuid, else null';
comment on function video.write_audit() is 'Row trigger: notes what was inserted, changed or deleted, and by whom';
comment on function video.note_event(text, text, text, boolean, text, inet, text, jsonb) is
    'Notes a sign-in, an administrative act or another event that is no change of a row';
