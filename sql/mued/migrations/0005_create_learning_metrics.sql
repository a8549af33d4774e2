-- One row per learner and material assigned to them: how far they are and how well they did.

create table mued.learning_metrics (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null,
    material_id uuid not null,
    assigned_at timestamptz not null default now(),
    started_at timestamptz,
    completed_ratio numeric(5, 4) not null default 0,
    completed_at timestamptz,
    practice_minutes integer not null default 0,
    score numeric(5, 2),
    grade text,
    assessed_by uuid,
    updated_at timestamptz not null default now(),
    constraint learning_metrics_ratio_range check (completed_ratio between 0 and 1),
    constraint learning_metrics_completed_has_time check ((completed_ratio = 1) = (completed_at is not null)),
    constraint learning_metrics_started_after_assigned check (started_at >= assigned_at),
    constraint learning_metrics_completed_after_started check (completed_at >= coalesce(started_at, assigned_at)),
    constraint learning_metrics_minutes_range check (practice_minutes >= 0),
    constraint learning_metrics_score_range check (score between 0 and 100),
    constraint learning_metrics_grade_known check (grade in ('S', 'A', 'B', 'C', 'D')),
    constraint learning_metrics_unit_key unique (user_id, material_id),
    constraint fk_learning_metrics_user foreign key (user_id) references mued.users (id) on delete cascade,
    constraint fk_learning_metrics_material foreign key (material_id) references mued.materials (id) on delete cascade,
    constraint fk_learning_metrics_assessed_by foreign key (assessed_by) references mued.users (id) on delete set null
);
create index idx_learning_metrics_material on mued.learning_metrics (material_id);
create index idx_learning_metrics_assessed_by on mued.learning_metrics (assessed_by) where assessed_by is not null;
create index idx_learning_metrics_started on mued.learning_metrics (started_at);
create index idx_learning_metrics_completed on mued.learning_metrics (completed_at);

create trigger keep_updated_at before update on mued.learning_metrics
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.learning_metrics to workbench_loader;
grant select on mued.learning_metrics to workbench_reader, workbench_identified;

comment on table mued.learning_metrics is 'Progress of a learner on a material assigned to them.';
comment on column mued.learning_metrics.id is 'Identity of the row.';
comment on column mued.learning_metrics.user_id is 'Learner.';
comment on column mued.learning_metrics.material_id is 'Material assigned: the unit of completion.';
comment on column mued.learning_metrics.assigned_at is 'When it was assigned.';
comment on column mued.learning_metrics.started_at is 'When the learner opened it first.';
comment on column mued.learning_metrics.completed_ratio is 'Share completed, 0 to 1; 1 exactly when completed_at is set.';
comment on column mued.learning_metrics.completed_at is 'When it was completed.';
comment on column mued.learning_metrics.practice_minutes is 'Minutes practised on it so far.';
comment on column mued.learning_metrics.score is 'Mentor''s assessment, 0 to 100.';
comment on column mued.learning_metrics.grade is 'Letter of the assessment: S from 90, A from 80, B from 70, C from 60, D below.';
comment on column mued.learning_metrics.assessed_by is 'Mentor who assessed it.';
comment on column mued.learning_metrics.updated_at is 'Last change of the row.';
