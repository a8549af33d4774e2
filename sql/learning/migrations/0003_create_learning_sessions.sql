-- One row per learning session of a user with one material.

create table learning.learning_sessions (
    id uuid default gen_random_uuid(),
    user_id uuid not null,
    study_material_id uuid not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    session_type varchar(50) not null,
    session_data jsonb,
    total_interactions integer default 0,
    completion_percentage double precision default 0,
    status varchar(20) not null default 'active',
    configuration jsonb,
    constraint learning_sessions_pkey primary key (id),
    constraint learning_sessions_user_id_fkey foreign key (user_id) references learning.users (id),
    constraint learning_sessions_study_material_id_fkey foreign key (study_material_id) references learning.study_materials (id)
);
create index idx_learning_sessions_user_id on learning.learning_sessions (user_id);
create index idx_learning_sessions_study_material_id on learning.learning_sessions (study_material_id);
create index idx_learning_sessions_started_at on learning.learning_sessions (started_at);
create index idx_learning_sessions_status on learning.learning_sessions (status);
create index idx_learning_sessions_session_type on learning.learning_sessions (session_type);
create index idx_learning_sessions_completion_percentage on learning.learning_sessions (completion_percentage);

grant select on learning.learning_sessions to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.learning_sessions to workbench_loader;

comment on table learning.learning_sessions is 'User learning sessions tracking progress and engagement';
comment on column learning.learning_sessions.id is 'Unique session identifier';
comment on column learning.learning_sessions.user_id is 'User ID';
comment on column learning.learning_sessions.study_material_id is 'Material being studied';
comment on column learning.learning_sessions.started_at is 'Session start time';
comment on column learning.learning_sessions.ended_at is 'Session end time';
comment on column learning.learning_sessions.session_type is 'Type (quiz, review, study)';
comment on column learning.learning_sessions.session_data is 'Session configuration and state';
comment on column learning.learning_sessions.total_interactions is 'Number of interactions';
comment on column learning.learning_sessions.completion_percentage is 'Completion progress (0-100)';
comment on column learning.learning_sessions.status is 'Session status';
comment on column learning.learning_sessions.configuration is 'Session settings';
