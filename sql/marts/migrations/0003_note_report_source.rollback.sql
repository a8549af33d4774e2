-- Takes away which server each report run read from; one text per run is lost.

drop function marts.finish_report_run(uuid, text, text, text, bigint, text, text);

create function marts.finish_report_run(
    run_id uuid, state text, verdict text default null, reason text default null,
    rows_read bigint default null, output_path text default null
) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update marts.report_run r
       set state = $2, verdict = $3, reason = $4, rows_read = $5, output_path = $6, finished_at = clock_timestamp(),
           duration_ms = round(extract(epoch from clock_timestamp() - r.started_at) * 1000)
     where r.run_id = $1 and r.state = 'running' and $2 <> 'running';
    if not found then
        raise exception 'report run % is not running, or % is not a final state', $1, $2 using errcode = 'invalid_parameter_value';
    end if;
end
$$;
comment on function marts.finish_report_run(uuid, text, text, text, bigint, text) is
    'Closes a running report run with its final state, verdict and reason; a closed run is never changed again';

revoke execute on function marts.finish_report_run(uuid, text, text, text, bigint, text) from public;
grant execute on function marts.finish_report_run(uuid, text, text, text, bigint, text) to workbench_loader, workbench_reader, workbench_identified;

alter table marts.report_run drop column read_from;
