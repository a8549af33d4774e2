-- One row per remainder at fault: of the eight partitions by the hash of the learner it is missing.
select remainder
from generate_series(0, 7) as remainder
where not exists (
    select
    from pg_catalog.pg_inherits as link
    join pg_catalog.pg_class as part on part.oid = link.inhrelid
    where link.inhparent = 'drivemaster.knowledge_states'::regclass
        and pg_catalog.pg_get_expr(part.relpartbound, part.oid) = 'FOR VALUES WITH (modulus 8, remainder ' || remainder || ')'
)
