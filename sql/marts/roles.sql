-- One row per missing role, attribute or grant becomes one statement here; run again, or twice at once, it changes nothing.
-- Roles belong to the whole server, so a second database set up at the same time may make them between our look and our act:
-- that is what the handlers are for. Nothing that is in place is touched.

do $$
declare
    wanted text;
    may_set text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
begin
    foreach wanted in array array['workbench_owner', 'workbench_loader', 'workbench_reader', 'workbench_identified'] loop
        for attempt in 1..10 loop
            begin
                if not exists (select from pg_roles where rolname = wanted) then
                    execute format('create role %I nologin', wanted);
                end if;
                if not pg_has_role(session_user, wanted, may_set) then
                    execute format('grant %I to %I', wanted, session_user);
                end if;
                exit;
            exception
                when duplicate_object or unique_violation then null;
                when internal_error then                        -- tuple concurrently updated
                    if attempt = 10 then raise; end if;
                    perform pg_sleep(0.05 * attempt);
            end;
        end loop;
    end loop;
    if not has_database_privilege('workbench_owner', current_database(), 'CREATE') then
        execute format('grant create on database %I to workbench_owner', current_database());
    end if;
end
$$;

-- Bulk loads pass row level security by where the server lets us grant that; elsewhere they go through a temporary table.
do $$
begin
    if not (select rolbypassrls from pg_roles where rolname = 'workbench_loader') then
        alter role workbench_loader bypassrls;
    end if;
exception
    when insufficient_privilege or internal_error then null;
end
$$;
