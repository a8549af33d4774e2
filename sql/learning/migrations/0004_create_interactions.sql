-- One row per interaction within a session; one partition a month by created_at, and no DEFAULT: referenced rows cannot be moved
-- out of one, so a row of a month without partition is refused. The months are made by `workbench partition ensure`.

create table learning.interactions (
    id uuid default gen_random_uuid(),
    learning_session_id uuid not null,
    generated_asset_id uuid,
    user_id uuid not null,
    interaction_type varchar(50) not null,
    interaction_data jsonb not null,
    created_at timestamptz not null default now(),
    is_correct boolean,
    response_time_ms integer,
    confidence_level double precision,
    feedback_data jsonb,
    constraint interactions_pkey primary key (id, created_at),
    constraint interactions_learning_session_id_fkey foreign key (learning_session_id) references learning.learning_sessions (id),
    constraint interactions_generated_asset_id_fkey foreign key (generated_asset_id) references learning.generated_assets (id),
    constraint interactions_user_id_fkey foreign key (user_id) references learning.users (id)
) partition by range (created_at);
create index idx_interactions_learning_session_id on learning.interactions (learning_session_id);
create index idx_interactions_generated_asset_id on learning.interactions (generated_asset_id);
create index idx_interactions_user_id on learning.interactions (user_id);
create index idx_interactions_created_at on learning.interactions (created_at);
create index idx_interactions_interaction_type on learning.interactions (interaction_type);
create index idx_interactions_is_correct on learning.interactions (is_correct);

grant select on learning.interactions to workbench_reader, workbench_identified;
grant select, insert, update, delete on learning.interactions to workbench_loader;

comment on table learning.interactions is 'Individual user interactions within learning sessions';
comment on column learning.interactions.id is 'Unique interaction identifier';
comment on column learning.interactions.learning_session_id is 'Parent session ID';
comment on column learning.interactions.generated_asset_id is 'Asset interacted with';
comment on column learning.interactions.user_id is 'User ID';
comment on column learning.interactions.interaction_type is 'Type (answer, view, skip)';
comment on column learning.interactions.interaction_data is 'Interaction details';
comment on column learning.interactions.created_at is 'Interaction timestamp';
comment on column learning.interactions.is_correct is 'Correctness for quiz interactions';
comment on column learning.interactions.response_time_ms is 'Time to respond in milliseconds';
comment on column learning.interactions.confidence_level is 'User confidence (0-1)';
comment on column learning.interactions.feedback_data is 'Immediate feedback provided';
