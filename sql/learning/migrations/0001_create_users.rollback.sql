-- Takes away what it made: one row per account is lost.

drop table learning.users;
