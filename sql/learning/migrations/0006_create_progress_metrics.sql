-- One row per recorded metric of a user; one partition a month by recorded_at, made by `workbench partition ensure`.

create table learning.progress_metrics (
    id uuid default gen_random_uuid(),
    user_id uuid not null,
    learning_session_id uuid,
    metric_type varchar(50) not null,
    metric_value double precision not null,
    metric_data jsonb,
    recorded_at timestamptz not null default now(),
    time_period varchar(20),
    subject_area varchar(100),
    aggregation_type varchar(20),
    constraint progress_metrics_pkey primary key (id, recorded_at),
    constraint progress_metrics_user_id_fkey foreign key (user_id) references learning.users (id),
    constraint progress_metrics_learning_session_id_fkey foreign key (learning_session_id) references learning.learning_sessions (id)
) partition by range (recorded_at);
create index idx_progress_metrics_user_id on learning.progress_metrics (user_id);
create index idx_progress_metrics_learning_session_id on learning.progress_metrics (learning_session_id);
create index idx_progress_metrics_metric_type on learning.progress_metrics (metric_type);
create index idx_progress_metrics_recorded_at on learning.progress_metrics (recorded_at);
create index idx_progress_metrics_time_period on learning.progress_metrics (time_period);
create index idx_progress_metrics_subject_area on learning.progress_metrics (subject_area);
create table learning.progress_metrics_default partition of learning.progress_metrics default;

grant select on learning.progress_metrics to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.progress_metrics to workbench_loader;

comment on table learning.progress_metrics is 'User progress and performance metrics';
comment on column learning.progress_metrics.id is 'Unique metric identifier';
comment on column learning.progress_metrics.user_id is 'User ID';
comment on column learning.progress_metrics.learning_session_id is 'Related session';
comment on column learning.progress_metrics.metric_type is 'Type (accuracy, speed, retention)';
comment on column learning.progress_metrics.metric_value is 'Metric value';
comment on column learning.progress_metrics.metric_data is 'Additional metric details';
comment on column learning.progress_metrics.recorded_at is 'Recording timestamp';
comment on column learning.progress_metrics.time_period is 'Period (daily, weekly, monthly)';
comment on column learning.progress_metrics.subject_area is 'Subject context';
comment on column learning.progress_metrics.aggregation_type is 'Type of aggregation';
comment on table learning.progress_metrics_default is 'Rows of months that have no partition yet; `workbench partition ensure` moves them out';
