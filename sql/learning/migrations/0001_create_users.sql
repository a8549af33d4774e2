-- One row per account of the learning platform.

grant usage on schema learning to workbench_loader, workbench_reader, workbench_identified;

create table learning.users (
    id uuid default gen_random_uuid(),
    email varchar(255) not null,
    username varchar(50) not null,
    password_hash varchar(255) not null,
    first_name varchar(100),
    last_name varchar(100),
    profile_picture_url varchar(500),
    preferences jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    is_active boolean not null default true,
    last_login_at timestamptz,
    constraint users_pkey primary key (id),
    constraint users_email_key unique (email),
    constraint users_username_key unique (username)
);
create index idx_users_email on learning.users (email);
create index idx_users_username on learning.users (username);
create index idx_users_created_at on learning.users (created_at);
create index idx_users_is_active_deleted_at on learning.users (is_active, deleted_at);

grant select (
    id, preferences, created_at, updated_at, deleted_at, is_active, last_login_at
) on learning.users to workbench_reader, workbench_identified;
grant select (email, username, first_name, last_name, profile_picture_url) on learning.users to workbench_identified;
grant select, insert, update, delete on learning.users to workbench_loader;

comment on table learning.users is 'Core user accounts and authentication information';
comment on column learning.users.id is 'Unique user identifier';
comment on column learning.users.email is 'Personal: User email address';
comment on column learning.users.username is 'Personal: Unique username';
comment on column learning.users.password_hash is 'Secret: Bcrypt hashed password';
comment on column learning.users.first_name is 'Personal: User''s first name';
comment on column learning.users.last_name is 'Personal: User''s last name';
comment on column learning.users.profile_picture_url is 'Personal: URL to profile image';
comment on column learning.users.preferences is 'User preferences and settings';
comment on column learning.users.created_at is 'Account creation timestamp';
comment on column learning.users.updated_at is 'Last update timestamp';
comment on column learning.users.deleted_at is 'Soft delete timestamp';
comment on column learning.users.is_active is 'Account status';
comment on column learning.users.last_login_at is 'Last successful login';
