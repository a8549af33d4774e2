-- One row per event (analytics_events, a partition a month by occurred_at), per audited act (audit_logs, a partition a month by
-- created_at) and per alert (notifications). The months are made by `workbench partition ensure`.

create table video.analytics_events (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    user_id uuid,
    session_id uuid,
    lesson_id uuid,
    video_id uuid,
    milestone_id uuid,
    event_type text not null,
    category text not null,
    event_data jsonb not null default '{}',
    device_type text,
    occurred_at timestamptz not null default now(),
    recorded_at timestamptz not null default now(),
    constraint analytics_events_pkey primary key (id, occurred_at),
    constraint analytics_events_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint analytics_events_user_fkey foreign key (tenant_id, user_id) references video.users (tenant_id, id),
    constraint analytics_events_lesson_fkey foreign key (tenant_id, lesson_id) references video.lessons (tenant_id, id),
    constraint analytics_events_video_fkey foreign key (tenant_id, video_id) references video.videos (tenant_id, id),
    constraint analytics_events_milestone_fkey foreign key (tenant_id, milestone_id) references video.milestones (tenant_id, id),
    constraint analytics_events_category_known check (category in ('learning', 'navigation', 'performance', 'system')),
    constraint analytics_events_category_fits check (category = case
        when event_type in (
            'video_start', 'video_watch', 'video_completed', 'milestone_reached', 'question_attempt', 'lesson_completed'
        ) then 'learning'
        when event_type in ('page_view', 'click_tracking') then 'navigation'
        when event_type in ('load_time', 'error_occurred') then 'performance'
        when event_type in ('login', 'logout', 'session_timeout') then 'system'
        else category
    end),
    constraint analytics_events_data_shape check (jsonb_typeof(event_data) = 'object'),
    constraint analytics_events_watch_shape check (event_type <> 'video_watch' or (
        video_id is not null
        and coalesce(jsonb_path_match(event_data, 'strict $.fromSecond >= 0 && $.toSecond >= $.fromSecond', '{}', true), false)
    ))
) partition by range (occurred_at);
create table video.analytics_events_default partition of video.analytics_events default;
create index idx_teacher_content_analytics on video.analytics_events (tenant_id, lesson_id, event_type, occurred_at);
create index idx_analytics_events_user on video.analytics_events (user_id, occurred_at);
create index idx_analytics_events_video on video.analytics_events (video_id, occurred_at) where video_id is not null;
create index idx_analytics_events_milestone on video.analytics_events (milestone_id) where milestone_id is not null;
create index idx_analytics_events_occurred on video.analytics_events using brin (occurred_at) with (pages_per_range = 32);
create index idx_analytics_events_errors on video.analytics_events (tenant_id, occurred_at) where event_type = 'error_occurred';
create index idx_analytics_events_data on video.analytics_events using gin (event_data jsonb_path_ops)
    where category in ('navigation', 'performance', 'system');

grant select on video.analytics_events to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.analytics_events to workbench_loader;

comment on table video.analytics_events is 'Everything that happened in the player and around it';
comment on table video.analytics_events_default is 'Rows of months that have no partition yet; `workbench partition ensure` moves them out';
comment on column video.analytics_events.id is 'Key, together with the time';
comment on column video.analytics_events.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.analytics_events.user_id is 'Who; empty for system events';
comment on column video.analytics_events.session_id is 'Sitting of the application';
comment on column video.analytics_events.lesson_id is 'Lesson';
comment on column video.analytics_events.video_id is 'Video';
comment on column video.analytics_events.milestone_id is 'Milestone';
comment on column video.analytics_events.event_type is 'For instance video_start, video_watch, milestone_reached, question_attempt, page_view';
comment on column video.analytics_events.category is 'learning, navigation, performance or system';
comment on column video.analytics_events.event_data is 'Details by type; video_watch holds fromSecond and toSecond';
comment on column video.analytics_events.device_type is 'mobile, tablet, desktop or tv';
comment on column video.analytics_events.occurred_at is 'When; decides the partition';
comment on column video.analytics_events.recorded_at is 'When it reached the database';

create table video.audit_logs (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid,
    user_id uuid,
    action text not null,
    entity_type text not null,
    entity_id text,
    old_values jsonb,
    new_values jsonb,
    ip_address inet,
    user_agent text,
    is_success boolean not null default true,
    error_message text,
    created_at timestamptz not null default now(),
    constraint audit_logs_pkey primary key (id, created_at)
) partition by range (created_at);
create table video.audit_logs_default partition of video.audit_logs default;
create index idx_audit_logs_tenant_created on video.audit_logs (tenant_id, created_at);
create index idx_audit_logs_entity on video.audit_logs (entity_type, entity_id);
create index idx_audit_logs_user on video.audit_logs (user_id, created_at);

grant select (
    id, tenant_id, user_id, action, entity_type, entity_id, is_success, created_at
) on video.audit_logs to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.audit_logs to workbench_loader;

comment on table video.audit_logs is 'Changes of data, sign-ins and administrative acts';
comment on table video.audit_logs_default is 'Rows of months that have no partition yet; `workbench partition ensure` moves them out';
comment on column video.audit_logs.id is 'Key, together with the time';
comment on column video.audit_logs.tenant_id is 'Tenant; empty for acts of the system and of nobody known. No reference, so that the trail outlives the tenant';
comment on column video.audit_logs.user_id is 'Who acted; empty for the system. No reference, so that the trail outlives the account';
comment on column video.audit_logs.action is 'insert, update, delete, or the name of the act';
comment on column video.audit_logs.entity_type is 'Table or kind of thing';
comment on column video.audit_logs.entity_id is 'Which row: its key, parts joined by a slash';
comment on column video.audit_logs.old_values is 'Row before, personal values masked';
comment on column video.audit_logs.new_values is 'Row after, personal values masked';
comment on column video.audit_logs.ip_address is 'Personal: address of the client';
comment on column video.audit_logs.user_agent is 'Personal: program of the client';
comment on column video.audit_logs.is_success is 'Whether it succeeded';
comment on column video.audit_logs.error_message is 'Why not';
comment on column video.audit_logs.created_at is 'When; decides the partition';

create table video.notifications (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid,
    kind text not null,
    severity text not null,
    title text not null,
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    constraint notifications_pkey primary key (id),
    constraint notifications_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint notifications_acknowledged_by_fkey foreign key (tenant_id, acknowledged_by) references video.users (tenant_id, id),
    constraint notifications_kind_known check (kind in (
        'database_connection_failure', 'query_timeout', 'disk_space', 'replication_lag',
        'engagement_drop', 'ai_generation_failure', 'video_processing_error'
    )),
    constraint notifications_severity_known check (severity = case
        when kind in ('engagement_drop', 'ai_generation_failure', 'video_processing_error') then 'business' else 'critical'
    end),
    constraint notifications_details_shape check (jsonb_typeof(details) = 'object'),
    constraint notifications_acknowledged_known check (acknowledged_by is null or (tenant_id is not null and acknowledged_at is not null)),
    constraint notifications_acknowledged_order check (acknowledged_at >= created_at)
);
create index idx_notifications_acknowledged_by on video.notifications (acknowledged_by) where acknowledged_by is not null;
create index idx_notifications_open on video.notifications (tenant_id, created_at) where acknowledged_at is null;

grant select on video.notifications to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.notifications to workbench_loader;

comment on table video.notifications is 'Alerts for those who run the platform';
comment on column video.notifications.id is 'Key';
comment on column video.notifications.tenant_id is 'Tenant; empty for alerts about the whole system';
comment on column video.notifications.kind is 'What is wrong';
comment on column video.notifications.severity is 'critical for the system, business for the tenant';
comment on column video.notifications.title is 'One sentence';
comment on column video.notifications.details is 'Figures behind it';
comment on column video.notifications.created_at is 'When';
comment on column video.notifications.acknowledged_at is 'When somebody took it on';
comment on column video.notifications.acknowledged_by is 'Who';
