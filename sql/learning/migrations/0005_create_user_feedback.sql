-- One row per feedback of a user on an asset or on one interaction, which is named by its key of two columns.

create table learning.user_feedback (
    id uuid default gen_random_uuid(),
    user_id uuid not null,
    generated_asset_id uuid,
    interaction_id uuid,
    interaction_created_at timestamptz,
    feedback_type varchar(50) not null,
    rating integer,
    comment text,
    metadata jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    status varchar(20) not null default 'active',
    constraint user_feedback_pkey primary key (id),
    constraint user_feedback_user_id_fkey foreign key (user_id) references learning.users (id),
    constraint user_feedback_generated_asset_id_fkey foreign key (generated_asset_id) references learning.generated_assets (id),
    constraint user_feedback_interaction_fkey foreign key (interaction_id, interaction_created_at)
        references learning.interactions (id, created_at),
    constraint user_feedback_interaction_whole check ((interaction_id is null) = (interaction_created_at is null)),
    constraint user_feedback_rating_range check (rating between 1 and 5)
);
create index idx_user_feedback_user_id on learning.user_feedback (user_id);
create index idx_user_feedback_generated_asset_id on learning.user_feedback (generated_asset_id);
create index idx_user_feedback_interaction_id on learning.user_feedback (interaction_id);
create index idx_user_feedback_feedback_type on learning.user_feedback (feedback_type);
create index idx_user_feedback_rating on learning.user_feedback (rating);
create index idx_user_feedback_created_at on learning.user_feedback (created_at);

grant select (
    id, user_id, generated_asset_id, interaction_id, interaction_created_at, feedback_type, rating, metadata, created_at, updated_at, status
) on learning.user_feedback to workbench_reader, workbench_identified;
grant select (comment) on learning.user_feedback to workbench_identified;
grant select, insert, update, delete on learning.user_feedback to workbench_loader;

comment on table learning.user_feedback is 'User feedback on generated assets and interactions';
comment on column learning.user_feedback.id is 'Unique feedback identifier';
comment on column learning.user_feedback.user_id is 'User providing feedback';
comment on column learning.user_feedback.generated_asset_id is 'Asset being rated';
comment on column learning.user_feedback.interaction_id is 'Specific interaction';
comment on column learning.user_feedback.interaction_created_at is 'When the interaction happened: the other half of its key, since a key of a partitioned table holds the partition column';
comment on column learning.user_feedback.feedback_type is 'Type (rating, comment, report)';
comment on column learning.user_feedback.rating is '1-5 star rating';
comment on column learning.user_feedback.comment is 'Personal: User comment';
comment on column learning.user_feedback.metadata is 'Additional feedback data';
comment on column learning.user_feedback.created_at is 'Feedback timestamp';
comment on column learning.user_feedback.updated_at is 'Last update timestamp';
comment on column learning.user_feedback.status is 'Feedback status';
