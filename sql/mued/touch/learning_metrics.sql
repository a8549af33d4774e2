-- One row in marts.touched_day per UTC day of started_at in fact_activity, and of completed_at in fact_activity, whenever a statement changes mued.learning_metrics.
-- An update notes both the days it leaves and those it enters.

create trigger touch_activity_started_insert after insert on mued.learning_metrics
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_old after update on mued.learning_metrics
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_update_new after update on mued.learning_metrics
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_delete after delete on mued.learning_metrics
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_started_truncate before truncate on mued.learning_metrics
    for each statement execute function marts.touch_days('fact_activity', 'started_at');
create trigger touch_activity_completed_insert after insert on mued.learning_metrics
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'completed_at');
create trigger touch_activity_completed_update_old after update on mued.learning_metrics
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'completed_at');
create trigger touch_activity_completed_update_new after update on mued.learning_metrics
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'completed_at');
create trigger touch_activity_completed_delete after delete on mued.learning_metrics
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'completed_at');
create trigger touch_activity_completed_truncate before truncate on mued.learning_metrics
    for each statement execute function marts.touch_days('fact_activity', 'completed_at');
