-- Tenant isolation on every table: the application acts as video_app for the account in app.user_id within the tenant in app.tenant_id.
-- Without both, or when they do not belong together, nothing is seen. Staff see their tenant, students their own rows and what is
-- published. One restrictive policy a table holds the tenant, whatever other policies allow.

set local role none;
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'video_app') then
        create role video_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the cluster made it in the same moment
end
$$;
set local role workbench_owner;

grant usage on schema video to video_app;

create function video.is_staff() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select exists (select from video.users where id = video.app_user() and role in ('teacher', 'admin')) $$;

create function video.is_admin() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select exists (select from video.users where id = video.app_user() and role = 'admin') $$;

-- The one thing of an account that every person changes.
create function video.save_preferences(preferences jsonb) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
as $$ update video.users set preferences = $1 where id = video.app_user() $$;

revoke execute on function video.is_staff(), video.is_admin(), video.save_preferences(jsonb) from public;
grant execute on function video.app_tenant(), video.app_user(), video.is_staff(), video.is_admin(),
    video.save_preferences(jsonb), video.note_event(text, text, text, boolean, text, inet, text, jsonb) to video_app;

comment on function video.is_staff() is 'Whether the acting account is a teacher or administrator';
comment on function video.is_admin() is 'Whether the acting account is an administrator';
comment on function video.save_preferences(jsonb) is 'Keeps the acting account''s own preferences';

do $$
declare
    target regclass;
begin
    foreach target in array array[
        'video.tenants', 'video.lessons', 'video.video_groups', 'video.lesson_video_groups', 'video.videos',
        'video.video_group_videos', 'video.milestones', 'video.questions', 'video.question_reviews', 'video.lesson_assignments',
        'video.student_sessions', 'video.student_progress', 'video.question_attempts', 'video.grade_scales', 'video.grades',
        'video.ai_configurations', 'video.generation_jobs', 'video.generated_questions', 'video.ai_usage',
        'video.analytics_events', 'video.notifications', 'video.users', 'video.audit_logs'
    ]::regclass[]
    loop
        execute format('alter table %s enable row level security', target);
        execute format('alter table %s force row level security', target);
        execute format('create policy workbench_writes on %s to workbench_owner, workbench_loader using (true) with check (true)', target);
        execute format('create policy workbench_reads on %s for select to workbench_reader, workbench_identified using (true)', target);
        if target <> 'video.tenants'::regclass then
            execute format(
                'create policy same_tenant on %s as restrictive to video_app using (tenant_id = (select video.app_tenant())) '
                'with check (tenant_id = (select video.app_tenant()))', target
            );
        end if;
    end loop;
    foreach target in array array[
        'video.lessons', 'video.video_groups', 'video.lesson_video_groups', 'video.videos', 'video.video_group_videos',
        'video.milestones', 'video.questions', 'video.question_reviews', 'video.lesson_assignments', 'video.student_sessions',
        'video.student_progress', 'video.question_attempts', 'video.grade_scales', 'video.grades', 'video.generation_jobs',
        'video.generated_questions', 'video.ai_usage', 'video.analytics_events', 'video.notifications'
    ]::regclass[]
    loop
        execute format(
            'create policy staff_all on %s to video_app using ((select video.is_staff())) with check ((select video.is_staff()))', target
        );
    end loop;
end
$$;
create policy own_tenant on video.tenants for select to video_app using (id = (select video.app_tenant()));
create policy admin_all on video.users to video_app using ((select video.is_admin())) with check ((select video.is_admin()));
create policy staff_select on video.users for select to video_app using ((select video.is_staff()));
create policy own_select on video.users for select to video_app using (id = (select video.app_user()));
create policy staff_select on video.ai_configurations for select to video_app using ((select video.is_staff()));
create policy admin_all on video.ai_configurations to video_app using ((select video.is_admin())) with check ((select video.is_admin()));
create policy admin_select on video.audit_logs for select to video_app using ((select video.is_admin()));

-- Nobody decides, asks for a job or takes an alert on in the name of another.
create policy own_name on video.question_reviews as restrictive for insert to video_app
    with check (reviewer_id = (select video.app_user()));
create policy own_name on video.generation_jobs as restrictive for insert to video_app
    with check (requested_by = (select video.app_user()));
create policy own_name on video.notifications as restrictive for update to video_app
    using (true) with check (acknowledged_by = (select video.app_user()));

-- Students: what is published, and what is their own.
create policy published_select on video.lessons for select to video_app using (status = 'published');
create policy signed_in_select on video.video_groups for select to video_app using ((select video.app_user()) is not null);
create policy signed_in_select on video.lesson_video_groups for select to video_app using ((select video.app_user()) is not null);
create policy ready_select on video.videos for select to video_app using (status = 'ready');
create policy signed_in_select on video.video_group_videos for select to video_app using ((select video.app_user()) is not null);
create policy signed_in_select on video.milestones for select to video_app using ((select video.app_user()) is not null);
create policy published_select on video.questions for select to video_app using (status = 'published');
create policy signed_in_select on video.grade_scales for select to video_app using ((select video.app_user()) is not null);
create policy own_select on video.lesson_assignments for select to video_app using (student_id = (select video.app_user()));
create policy own_all on video.student_sessions to video_app
    using (student_id = (select video.app_user())) with check (student_id = (select video.app_user()));
create policy own_select on video.student_progress for select to video_app using (student_id = (select video.app_user()));
create policy own_insert on video.student_progress for insert to video_app with check (student_id = (select video.app_user()));
create policy own_update on video.student_progress for update to video_app
    using (student_id = (select video.app_user())) with check (student_id = (select video.app_user()));
create policy own_select on video.question_attempts for select to video_app using (student_id = (select video.app_user()));
create policy own_insert on video.question_attempts for insert to video_app with check (
    student_id = (select video.app_user())
    and exists (select from video.questions as question where question.id = question_id and question.status = 'published')
);
create policy own_select on video.grades for select to video_app using (student_id = (select video.app_user()));
create policy own_insert on video.analytics_events for insert to video_app with check (user_id = (select video.app_user()));

grant select on video.tenants, video.question_reviews, video.generation_jobs, video.generated_questions, video.ai_usage to video_app;
grant select (
    id, tenant_id, email, display_name, role, preferences, is_active, last_login_at, deleted_at, created_at, updated_at
) on video.users to video_app;
grant insert (id, tenant_id, email, display_name, role, preferences, is_active) on video.users to video_app;
grant update (email, display_name, role, preferences, is_active, deleted_at, updated_at) on video.users to video_app;
grant select, insert, update, delete on video.lessons, video.video_groups, video.lesson_video_groups, video.videos, video.video_group_videos,
    video.milestones, video.lesson_assignments, video.student_sessions, video.student_progress, video.grade_scales,
    video.grades to video_app;
grant select, delete on video.questions to video_app;
grant insert (
    id, tenant_id, milestone_id, question_type, prompt, data, explanation, points, allows_partial_credit, difficulty, tags, origin, status
) on video.questions to video_app;
grant update (
    milestone_id, question_type, prompt, data, explanation, points, allows_partial_credit, difficulty, tags, status, updated_at
) on video.questions to video_app;
grant insert (id, tenant_id, question_id, content_version, reviewer_id, decision, comment) on video.question_reviews to video_app;
grant insert on video.generation_jobs, video.generated_questions, video.ai_usage to video_app;
grant select, insert on video.question_attempts, video.analytics_events to video_app;
grant update (status, generated_count, error_message, finished_at) on video.generation_jobs to video_app;
grant select, update (acknowledged_at, acknowledged_by) on video.notifications to video_app;
grant select (id, tenant_id, provider, model, purpose, parameters, input_price_jpy, output_price_jpy, monthly_limit_jpy, is_active)
    on video.ai_configurations to video_app;
grant insert, update, delete on video.ai_configurations to video_app;
grant select (id, tenant_id, user_id, action, entity_type, entity_id, is_success, created_at) on video.audit_logs to video_app;
