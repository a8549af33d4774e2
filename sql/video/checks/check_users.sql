-- One row per account: whether its personal columns are as they should be, without showing them.
create view video.check_users as
select
    id,
    coalesce(email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$', false) as email_is_well_formed,
    count(*) over (partition by tenant_id, lower(email)) > 1 as email_is_shared,
    coalesce(btrim(display_name) <> '', false) as name_is_filled,
    coalesce(password_hash ~ '^\$(2[abxy]?|argon2(i|d|id)|scrypt|pbkdf2[a-z0-9-]*)\$.{20,}$', true) as password_is_hashed,
    coalesce(email ~ '@erased\.invalid$', false) and btrim(display_name) = '' and password_hash is null and preferences = '{}' as is_blank
from video.users;

comment on view video.check_users is 'Accounts with what checks may know of their personal columns';
comment on column video.check_users.id is 'Account';
comment on column video.check_users.email_is_well_formed is 'Whether the e-mail address looks like one';
comment on column video.check_users.email_is_shared is 'Whether another account of the tenant has the address, whatever its capitals';
comment on column video.check_users.name_is_filled is 'Whether there is a name';
comment on column video.check_users.password_is_hashed is 'Whether the password is none or a hash by bcrypt, argon2, scrypt or PBKDF2';
comment on column video.check_users.is_blank is 'Whether nothing personal is left: an address at erased.invalid, no name, no password, no preferences';
