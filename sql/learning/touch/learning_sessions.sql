-- One row in marts.touched_day per UTC day of started_at in fact_activity, and of ended_at in fact_activity, and of started_at in fact_session, whenever a statement
-- changes learning.learning_sessions. An update notes both the days it leaves and those it enters.

create trigger touch_activity_started_insert after insert on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_old after update on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_new after update on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_delete after delete on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_truncate before truncate on learning.learning_sessions
    for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_ended_insert after insert on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'ended_at');
create trigger touch_activity_ended_update_old after update on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'ended_at');
create trigger touch_activity_ended_update_new after update on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'ended_at');
create trigger touch_activity_ended_delete after delete on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'ended_at');
create trigger touch_activity_ended_truncate before truncate on learning.learning_sessions
    for each statement execute function marts.touch_days('fact_activity', 'ended_at');
create trigger touch_session_started_insert after insert on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_update_old after update on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_update_new after update on learning.learning_sessions
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_delete after delete on learning.learning_sessions
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'started_at');
create trigger touch_session_started_truncate before truncate on learning.learning_sessions
    for each statement execute function marts.touch_days('fact_session', 'started_at');
