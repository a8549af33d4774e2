-- One row in marts.touched_day per UTC day of started_at in fact_session, and of started_at in fact_activity, whenever a statement changes mued.sessions.
-- An update notes both the days it leaves and those it enters.

create trigger touch_session_started_insert after insert on mued.sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_update_old after update on mued.sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_update_new after update on mued.sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_delete after delete on mued.sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_truncate before truncate on mued.sessions
    for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_activity_started_insert after insert on mued.sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_old after update on mued.sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_new after update on mued.sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_delete after delete on mued.sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_truncate before truncate on mued.sessions
    for each statement execute function marts.touch_days('fact_activity', 'started_at');
