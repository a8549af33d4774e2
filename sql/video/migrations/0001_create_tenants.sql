-- One row per tenant (tenants) and one row per account of it (users).

create table video.tenants (
    id uuid not null default gen_random_uuid(),
    slug text not null,
    name text not null,
    status text not null default 'active',
    settings jsonb not null default '{}',
    time_zone text not null default 'UTC',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint tenants_pkey primary key (id),
    constraint tenants_slug_key unique (slug),
    constraint tenants_status_known check (status in ('active', 'suspended', 'closed')),
    constraint tenants_settings_shape check (jsonb_typeof(settings) = 'object')
);

grant select on video.tenants to workbench_reader, workbench_identified;
grant select, insert, update, delete on video.tenants to workbench_loader;

comment on table video.tenants is 'Schools and companies that share the platform';
comment on column video.tenants.id is 'Key';
comment on column video.tenants.slug is 'Short name in addresses; names the tenant in reports';
comment on column video.tenants.name is 'Name';
comment on column video.tenants.status is 'active, suspended or closed';
comment on column video.tenants.settings is 'Configurable settings';
comment on column video.tenants.time_zone is 'IANA time zone';
comment on column video.tenants.created_at is 'When the row was written';
comment on column video.tenants.updated_at is 'When the row was last changed';

create table video.users (
    id uuid not null default gen_random_uuid(),
    tenant_id uuid not null,
    email text not null,
    display_name text not null,
    password_hash text,
    role text not null,
    preferences jsonb not null default '{}',
    is_active boolean not null default true,
    last_login_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_tenant_key unique (tenant_id, id),
    constraint users_tenant_fkey foreign key (tenant_id) references video.tenants (id),
    constraint users_email_key unique (tenant_id, email),
    constraint users_role_known check (role in ('student', 'teacher', 'admin')),
    constraint users_preferences_shape check (jsonb_typeof(preferences) = 'object')
);
create index idx_users_tenant_role on video.users (tenant_id, role) where is_active;
create index idx_users_preferences on video.users using gin (preferences);

grant select (
    id, tenant_id, role, preferences, is_active, last_login_at, deleted_at, created_at, updated_at
) on video.users to workbench_reader, workbench_identified;
grant select (email, display_name) on video.users to workbench_identified;
grant select, insert, update, delete on video.users to workbench_loader;

comment on table video.users is 'Students, teachers and administrators of a tenant';
comment on column video.users.id is 'Key';
comment on column video.users.tenant_id is 'Tenant the row belongs to; no reference leads to another one';
comment on column video.users.email is 'Personal: address to sign in with';
comment on column video.users.display_name is 'Personal: name';
comment on column video.users.password_hash is 'Secret: hash of the password; no reading role sees it';
comment on column video.users.role is 'student, teacher or admin';
comment on column video.users.preferences is 'Customisable settings';
comment on column video.users.is_active is 'Whether the account may be used';
comment on column video.users.last_login_at is 'Last sign-in';
comment on column video.users.deleted_at is 'When the account was closed';
comment on column video.users.created_at is 'When the row was written';
comment on column video.users.updated_at is 'When the row was last changed';
