-- One row per account: the key, and what checks may know of its personal columns.
create view mued.check_users as
select
    id,
    coalesce(email ~ '^[^@[:space:]]+@[^@[:space:]]+$', false) as email_is_well_formed,
    count(*) over (partition by lower(email)) > 1 as email_is_shared,
    coalesce(btrim(display_name) <> '', false) as name_is_filled,
    coalesce(email ~ '@erased[.]invalid$', true) and coalesce(btrim(display_name) = '', true) and password_hash is null as is_blank
from mued.users;

comment on view mued.check_users is 'Accounts as checks see them: the key and truth values about the personal columns.';
comment on column mued.check_users.id is 'Identity of the account.';
comment on column mued.check_users.email_is_well_formed is 'Whether the e-mail address has a name, an @ and a host.';
comment on column mued.check_users.email_is_shared is 'Whether another account has the same e-mail address, case apart.';
comment on column mued.check_users.name_is_filled is 'Whether there is a display name.';
comment on column mued.check_users.is_blank is 'Whether nothing personal is left: no name, no password, an address at erased.invalid.';
