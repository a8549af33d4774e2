-- One row per learner of the driving-theory trainer.

grant usage on schema drivemaster to workbench_loader, workbench_reader, workbench_identified;

create table drivemaster.users (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) not null,
    display_name varchar(100),
    password_hash varchar(255) not null,
    role text not null default 'learner',
    locale varchar(10) not null default 'en',
    time_zone text not null default 'UTC',
    cognitive_patterns jsonb not null default '{}',
    learning_preferences jsonb not null default '{}',
    total_xp integer not null default 0,
    current_streak integer not null default 0,
    longest_streak integer not null default 0,
    achievements jsonb not null default '[]',
    plan text not null default 'free',
    is_active boolean not null default true,
    last_active_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_email_key unique (email),
    constraint users_role_known check (role in ('learner', 'instructor', 'admin')),
    constraint users_xp_range check (total_xp >= 0),
    constraint users_streak_order check (current_streak >= 0 and longest_streak >= current_streak),
    constraint users_json_shapes check (
        jsonb_typeof(cognitive_patterns) = 'object' and jsonb_typeof(learning_preferences) = 'object' and jsonb_typeof(achievements) = 'array'
    )
);
create index idx_users_cognitive_patterns on drivemaster.users using gin (cognitive_patterns);
create index idx_users_learning_preferences on drivemaster.users using gin (learning_preferences);
create index idx_users_active on drivemaster.users (last_active_at) where is_active;

grant select (
    id, role, locale, time_zone, cognitive_patterns, learning_preferences, total_xp, current_streak, longest_streak, achievements, plan,
    is_active, last_active_at, deleted_at, created_at, updated_at
) on drivemaster.users to workbench_reader, workbench_identified;
grant select (email, display_name) on drivemaster.users to workbench_identified;
grant select, insert, update, delete on drivemaster.users to workbench_loader;

comment on table drivemaster.users is 'Learners with their cognitive patterns, preferences and gamification';
comment on column drivemaster.users.id is 'Key';
comment on column drivemaster.users.email is 'Personal: address to sign in with';
comment on column drivemaster.users.display_name is 'Personal: name shown to others';
comment on column drivemaster.users.password_hash is 'Secret: hash of the password; no reading role sees it';
comment on column drivemaster.users.role is 'learner, instructor or admin';
comment on column drivemaster.users.locale is 'Language of the interface';
comment on column drivemaster.users.time_zone is 'IANA time zone of the learner';
comment on column drivemaster.users.cognitive_patterns is 'What the trainer learnt about how this person learns, by pattern name';
comment on column drivemaster.users.learning_preferences is 'Choices of the learner: pace, media, reminders';
comment on column drivemaster.users.total_xp is 'Experience points collected';
comment on column drivemaster.users.current_streak is 'Days in a row with practice, today included';
comment on column drivemaster.users.longest_streak is 'Longest such run ever';
comment on column drivemaster.users.achievements is 'Badges earned, as an array of objects';
comment on column drivemaster.users.plan is 'Subscription plan';
comment on column drivemaster.users.is_active is 'Whether the account may be used';
comment on column drivemaster.users.last_active_at is 'Last practice';
comment on column drivemaster.users.deleted_at is 'When the account was closed; the row stays until erasure';
comment on column drivemaster.users.created_at is 'When the account was opened';
comment on column drivemaster.users.updated_at is 'When the row was last changed';
