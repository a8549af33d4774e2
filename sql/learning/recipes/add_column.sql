-- How a column is added to a table in use, here users.phone_number: no step holds a lock for longer than a moment.
-- Steps `add` and `finish` belong into a migration each (with its rollback: drop column), with a release of the application between
-- them that writes the new column; `fill` runs in between by hand, outside of a transaction, for instance with `workbench db psql -f`.

-- step: add
-- Without a default nothing is rewritten, and old versions of the application go on. A personal column says so in its comment.
alter table learning.users add column phone_number varchar(20);
comment on column learning.users.phone_number is 'Personal: phone number, digits and a leading +';

-- step: fill
-- Batch after batch by key, each committed on its own; run again after an interruption, it goes on where rows are still empty.
-- Rows that the application has filled meanwhile stay as they are. On an audited table every row changed is noted in the audit trail.
do $$
declare
    reached uuid := '00000000-0000-0000-0000-000000000000';
    rows_a_batch constant integer := 1000;
    last_of_batch uuid;
begin
    loop
        select id into last_of_batch from (
            select id from learning.users where id > reached order by id limit rows_a_batch
        ) as batch order by id desc limit 1;
        exit when last_of_batch is null;
        update learning.users set phone_number = ''
        where id > reached and id <= last_of_batch and phone_number is null;
        commit;
        reached := last_of_batch;
    end loop;
end
$$;

-- step: finish
-- New rows get the default; the check is added without a look at the rows, validated while writers go on, and makes NOT NULL instant.
alter table learning.users alter column phone_number set default '';
alter table learning.users add constraint users_phone_number_given check (phone_number is not null) not valid;
alter table learning.users validate constraint users_phone_number_given;
alter table learning.users alter column phone_number set not null;
alter table learning.users drop constraint users_phone_number_given;
