-- One row in marts.touched_day per UTC day with events of an account that begins or ceases to learn, whenever an update of mued.users
-- changes its role.

create trigger touch_role after update on mued.users
    referencing old table as old_rows new table as new_rows for each statement execute function marts.touch_role_days('role');
