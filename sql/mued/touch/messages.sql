-- One row in marts.touched_day per UTC day of sent_at in fact_activity, whenever a statement changes mued.messages.
-- An update notes both the days it leaves and those it enters.

create trigger touch_activity_sent_insert after insert on mued.messages
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'sent_at');
create trigger touch_activity_sent_update_old after update on mued.messages
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'sent_at');
create trigger touch_activity_sent_update_new after update on mued.messages
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'sent_at');
create trigger touch_activity_sent_delete after delete on mued.messages
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'sent_at');
create trigger touch_activity_sent_truncate before truncate on mued.messages
    for each statement execute function marts.touch_days('fact_activity', 'sent_at');
