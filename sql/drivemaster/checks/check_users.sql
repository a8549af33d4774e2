-- One row per account: whether its personal columns are as they should be, without showing them.
create view drivemaster.check_users as
select
    id,
    coalesce(email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$', false) as email_is_well_formed,
    count(*) over (partition by lower(email)) > 1 as email_is_shared,
    coalesce(password_hash ~ '^(\$2[abxy]?\$[0-9]{2}\$.{53}|\$argon2.+|!)$', false) as password_is_hashed,
    coalesce(email ~ '^erased-[^@]+@erased\.invalid$', false) and display_name is null and password_hash = '!' as is_blank
from drivemaster.users;

comment on view drivemaster.check_users is 'Accounts with what checks may know of their personal columns';
comment on column drivemaster.check_users.id is 'Account';
comment on column drivemaster.check_users.email_is_well_formed is 'Whether the e-mail address looks like one';
comment on column drivemaster.check_users.email_is_shared is 'Whether another account has the address, whatever its capitals';
comment on column drivemaster.check_users.password_is_hashed is 'Whether the password is a hash (bcrypt or Argon2), or ! for none';
comment on column drivemaster.check_users.is_blank is 'Whether nothing personal is left: address erased-…@erased.invalid, no name, no password';
