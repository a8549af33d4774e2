-- Takes away what it made: one row per account is lost.

drop table learning.users;
revoke usage on schema learning from workbench_loader, workbench_reader, workbench_identified;
