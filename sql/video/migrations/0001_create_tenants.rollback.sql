-- Takes away what it made: one row per tenant and account is lost.

drop table video.users;
drop table video.tenants;
drop function video.keep_updated_at();
