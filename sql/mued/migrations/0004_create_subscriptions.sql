-- One row per period in which an account is on one plan; the periods of an account never overlap.

create table mued.subscriptions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null,
    plan text not null,
    status text not null default 'active',
    price_jpy integer not null default 0,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint subscriptions_plan_known check (plan in ('free', 'basic', 'premium')),
    constraint subscriptions_status_known check (status in ('trialing', 'active', 'past_due', 'ended')),
    constraint subscriptions_price_range check (price_jpy >= 0),
    constraint subscriptions_order check (ended_at > started_at),
    constraint subscriptions_ended_has_time check (status <> 'ended' or ended_at is not null),
    constraint fk_subscriptions_user foreign key (user_id) references mued.users (id) on delete cascade,
    constraint subscriptions_no_overlap exclude using gist (user_id with =, tstzrange(started_at, ended_at) with &&)
);
create index idx_subscriptions_user on mued.subscriptions (user_id, started_at desc);
create index idx_subscriptions_ending on mued.subscriptions (ended_at) where ended_at is not null;

create trigger keep_updated_at before update on mued.subscriptions
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.subscriptions to workbench_loader;
grant select on mued.subscriptions to workbench_reader, workbench_identified;

comment on table mued.subscriptions is 'Subscription periods; an account is on one plan at a time.';
comment on column mued.subscriptions.id is 'Identity of the period.';
comment on column mued.subscriptions.user_id is 'Account.';
comment on column mued.subscriptions.plan is 'free, basic or premium.';
comment on column mued.subscriptions.status is 'trialing, active, past_due or ended.';
comment on column mued.subscriptions.price_jpy is 'Price a month in JPY.';
comment on column mued.subscriptions.started_at is 'First instant of the period.';
comment on column mued.subscriptions.ended_at is 'First instant after the period; empty while it runs on.';
comment on column mued.subscriptions.created_at is 'When the row was made.';
comment on column mued.subscriptions.updated_at is 'Last change of the row.';
