-- One row per audited action; one partition a month by created_at, made by `workbench partition ensure`.

create table learning.audit_logs (
    id uuid default gen_random_uuid(),
    user_id uuid,
    action varchar(100) not null,
    entity_type varchar(50) not null,
    entity_id uuid,
    old_values jsonb,
    new_values jsonb,
    ip_address inet,
    user_agent text,
    created_at timestamptz not null default now(),
    session_id varchar(255),
    is_success boolean not null default true,
    error_message text,
    constraint audit_logs_pkey primary key (id, created_at),
    constraint audit_logs_user_id_fkey foreign key (user_id) references learning.users (id)
) partition by range (created_at);
create index idx_audit_logs_user_id on learning.audit_logs (user_id);
create index idx_audit_logs_action on learning.audit_logs (action);
create index idx_audit_logs_entity_type on learning.audit_logs (entity_type);
create index idx_audit_logs_entity_id on learning.audit_logs (entity_id);
create index idx_audit_logs_created_at on learning.audit_logs (created_at);
create index idx_audit_logs_is_success on learning.audit_logs (is_success);
create index idx_audit_logs_session_id on learning.audit_logs (session_id);
create table learning.audit_logs_default partition of learning.audit_logs default;

grant select (
    id, user_id, action, entity_type, entity_id, created_at, session_id, is_success
) on learning.audit_logs to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.audit_logs to workbench_loader;

comment on table learning.audit_logs is 'System audit trail for compliance and debugging';
comment on column learning.audit_logs.id is 'Unique log identifier';
comment on column learning.audit_logs.user_id is 'User performing action';
comment on column learning.audit_logs.action is 'Action performed';
comment on column learning.audit_logs.entity_type is 'Type of entity affected';
comment on column learning.audit_logs.entity_id is 'ID of affected entity';
comment on column learning.audit_logs.old_values is 'Previous state';
comment on column learning.audit_logs.new_values is 'New state';
comment on column learning.audit_logs.ip_address is 'Personal: User IP address';
comment on column learning.audit_logs.user_agent is 'Personal: Browser/client info';
comment on column learning.audit_logs.created_at is 'Log timestamp';
comment on column learning.audit_logs.session_id is 'Session identifier';
comment on column learning.audit_logs.is_success is 'Action success status';
comment on column learning.audit_logs.error_message is 'Error details if failed';
comment on table learning.audit_logs_default is 'Rows of months that have no partition yet; `workbench partition ensure` moves them out';
