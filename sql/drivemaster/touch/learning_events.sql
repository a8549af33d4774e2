-- One row in marts.touched_day per UTC day of timestamp in fact_activity, fact_attempt and fact_session, whenever a statement changes
-- drivemaster.learning_events.

create trigger touch_activity_insert after insert on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'timestamp');
create trigger touch_activity_update_old after update on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'timestamp');
create trigger touch_activity_update_new after update on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'timestamp');
create trigger touch_activity_delete after delete on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'timestamp');
create trigger touch_activity_truncate before truncate on drivemaster.learning_events
    for each statement execute function marts.touch_days('fact_activity', 'timestamp');
create trigger touch_attempt_insert after insert on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'timestamp');
create trigger touch_attempt_update_old after update on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'timestamp');
create trigger touch_attempt_update_new after update on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'timestamp');
create trigger touch_attempt_delete after delete on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_attempt', 'timestamp');
create trigger touch_attempt_truncate before truncate on drivemaster.learning_events
    for each statement execute function marts.touch_days('fact_attempt', 'timestamp');
create trigger touch_session_insert after insert on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'timestamp');
create trigger touch_session_update_old after update on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'timestamp');
create trigger touch_session_update_new after update on drivemaster.learning_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'timestamp');
create trigger touch_session_delete after delete on drivemaster.learning_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'timestamp');
create trigger touch_session_truncate before truncate on drivemaster.learning_events
    for each statement execute function marts.touch_days('fact_session', 'timestamp');
