-- One row in marts.touched_day per stored UTC day of a tenant whose name changes, whenever a statement updates video.tenants.

create trigger touch_tenant after update on video.tenants
    referencing old table as old_rows new table as new_rows for each statement execute function marts.touch_tenant_days('slug');
