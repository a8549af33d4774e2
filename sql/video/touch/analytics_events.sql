-- One row in marts.touched_day per UTC day of occurred_at in fact_activity, fact_session, fact_watch, whenever a statement changes video.analytics_events.

create trigger touch_activity_insert after insert on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'occurred_at');
create trigger touch_activity_update_old after update on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'occurred_at');
create trigger touch_activity_update_new after update on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'occurred_at');
create trigger touch_activity_delete after delete on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'occurred_at');
create trigger touch_activity_truncate before truncate on video.analytics_events
    for each statement execute function marts.touch_days('fact_activity', 'occurred_at');
create trigger touch_session_insert after insert on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'occurred_at');
create trigger touch_session_update_old after update on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'occurred_at');
create trigger touch_session_update_new after update on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_session', 'occurred_at');
create trigger touch_session_delete after delete on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_session', 'occurred_at');
create trigger touch_session_truncate before truncate on video.analytics_events
    for each statement execute function marts.touch_days('fact_session', 'occurred_at');
create trigger touch_watch_insert after insert on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_watch', 'occurred_at');
create trigger touch_watch_update_old after update on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_watch', 'occurred_at');
create trigger touch_watch_update_new after update on video.analytics_events
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_watch', 'occurred_at');
create trigger touch_watch_delete after delete on video.analytics_events
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_watch', 'occurred_at');
create trigger touch_watch_truncate before truncate on video.analytics_events
    for each statement execute function marts.touch_days('fact_watch', 'occurred_at');
