-- One row in marts.touched_day per UTC day of created_at in fact_activity, whenever a statement
-- changes learning.user_feedback. An update notes both the days it leaves and those it enters.

create trigger touch_activity_created_insert after insert on learning.user_feedback
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_update_old after update on learning.user_feedback
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_update_new after update on learning.user_feedback
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_delete after delete on learning.user_feedback
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'created_at');
create trigger touch_activity_created_truncate before truncate on learning.user_feedback
    for each statement execute function marts.touch_days('fact_activity', 'created_at');
