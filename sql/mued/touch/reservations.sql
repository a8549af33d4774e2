-- One row in marts.touched_day per UTC day of booked_at in fact_activity, and of starts_at in fact_activity, whenever a statement changes mued.reservations.
-- An update notes both the days it leaves and those it enters.

create trigger touch_activity_booked_insert after insert on mued.reservations
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'booked_at');
create trigger touch_activity_booked_update_old after update on mued.reservations
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'booked_at');
create trigger touch_activity_booked_update_new after update on mued.reservations
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'booked_at');
create trigger touch_activity_booked_delete after delete on mued.reservations
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'booked_at');
create trigger touch_activity_booked_truncate before truncate on mued.reservations
    for each statement execute function marts.touch_days('fact_activity', 'booked_at');
create trigger touch_activity_starts_insert after insert on mued.reservations
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'starts_at');
create trigger touch_activity_starts_update_old after update on mued.reservations
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'starts_at');
create trigger touch_activity_starts_update_new after update on mued.reservations
    referencing new table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'starts_at');
create trigger touch_activity_starts_delete after delete on mued.reservations
    referencing old table as changed_rows for each statement execute function marts.touch_days('fact_activity', 'starts_at');
create trigger touch_activity_starts_truncate before truncate on mued.reservations
    for each statement execute function marts.touch_days('fact_activity', 'starts_at');
