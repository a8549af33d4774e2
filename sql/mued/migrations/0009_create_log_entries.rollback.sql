-- Removes the free-text log.
drop table mued.log_entries;
