-- One row per account: whether its personal columns are as they should be, without showing them.
create view learning.check_users as
select
    id,
    coalesce(email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$', false) as email_is_well_formed,
    count(*) over (partition by lower(email)) > 1 as email_is_shared,
    coalesce(username ~ '^[^[:space:]]+$', false) as username_is_well_formed,
    count(*) over (partition by lower(username)) > 1 as username_is_shared,
    coalesce(password_hash ~ '^(\$2[abxy]?\$[0-9]{2}\$.{53}|!)$', false) as password_is_hashed,
    coalesce(profile_picture_url ~ '^https?://', true) as picture_is_address,
    coalesce(email ~ '^erased-[^@]+@erased\.invalid$', false) and username like 'erased-%' and password_hash = '!'
        and first_name is null and last_name is null and profile_picture_url is null as is_blank
from learning.users;

comment on view learning.check_users is 'Accounts with what checks may know of their personal columns';
comment on column learning.check_users.id is 'Account';
comment on column learning.check_users.email_is_well_formed is 'Whether the e-mail address looks like one';
comment on column learning.check_users.email_is_shared is 'Whether another account has the address, whatever its capitals';
comment on column learning.check_users.username_is_well_formed is 'Whether there is a user name without spaces';
comment on column learning.check_users.username_is_shared is 'Whether another account has the user name, whatever its capitals';
comment on column learning.check_users.password_is_hashed is 'Whether the password is a bcrypt hash, or ! for none';
comment on column learning.check_users.picture_is_address is 'Whether the picture is none or an address on the web';
comment on column learning.check_users.is_blank is 'Whether nothing personal is left: address erased-…@erased.invalid, name erased-…, no password, no names, no picture';
