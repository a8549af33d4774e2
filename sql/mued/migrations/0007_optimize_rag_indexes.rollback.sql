-- Removes the summary, the indexes and the documentation added for analytics.
drop materialized view mued.rag_summary;
drop index mued.idx_plugin_enabled_healthy;
drop index mued.idx_rag_metrics_date_unique;
drop index mued.idx_provenance_expiring;
drop index mued.idx_ai_dialogue_user_created;

do $$
declare
    target record;
begin
    for target in
        select format('mued.%I', class.relname) as relation, attribute.attname as column_name
        from pg_catalog.pg_class as class
        left join pg_catalog.pg_attribute as attribute
            on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
        where class.oid in (
            'mued.ai_dialogue_log'::regclass, 'mued.provenance'::regclass,
            'mued.rag_metrics_history'::regclass, 'mued.plugin_registry'::regclass
        )
    loop
        execute format('comment on table %s is null', target.relation);
        execute format('comment on column %s.%I is null', target.relation, target.column_name);
    end loop;
end
$$;
