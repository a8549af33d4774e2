-- Removes the accounts. The extensions stay: they belong to the whole database, and others may use them.
drop table mued.users;
drop function mued.keep_updated_at();
revoke usage on schema mued from workbench_loader, workbench_reader, workbench_identified;
