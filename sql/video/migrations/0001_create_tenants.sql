-- One row per tenant (tenants) and one row per account of it (users).
-- The trigger function kept here serves every later table that has an updated_at.

grant usage on schema video to workbench_loader, workbench_reader, workbench_identified;

create function video.keep_updated_at() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.updated_at is not distinct from old.updated_at then
        new.updated_at := now();
    end if;
    return new;
end
$$;
revoke execute on function video.keep_updated_at() from public;
comment on function video.keep_updated_at() is 'Row trigger: a change that does not say when it happened happened now';

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
    constraint tenants_slug_shape check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
    constraint tenants_status_known check (status in ('active', 'suspended', 'closed')),
    constraint tenants_settings_shape check (jsonb_typeof(settings) = 'object')
);
create trigger keep_updated_at before update on video.tenants
    for each row execute function video.keep_updated_at();

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
    constraint users_role_known check (role in ('student', 'teacher', 'admin')),
    constraint users_preferences_shape check (jsonb_typeof(preferences) = 'object')
);
create unique index idx_users_email on video.users (tenant_id, lower(email));
create index idx_users_tenant_role on video.users (tenant_id, role) where is_active;
create index idx_users_preferences on video.users using gin (preferences);
create trigger keep_updated_at before update on video.users
    for each row execute function video.keep_updated_at();

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
