-- One row in marts.touched_day per UTC day of logged_at in fact_activity, whenever a statement changes mued.log_entries.
-- An update notes both the days it leaves and those it enters.

create trigger touch_activity_logged_insert after insert on mued.log_entries
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'logged_at');
create trigger touch_activity_logged_update_old after update on mued.log_entries
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'logged_at');
create trigger touch_activity_logged_update_new after update on mued.log_entries
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'logged_at');
create trigger touch_activity_logged_delete after delete on mued.log_entries
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'logged_at');
create trigger touch_activity_logged_truncate before truncate on mued.log_entries
    for each statement execute function marts.touch_days('fact_activity', 'logged_at');
