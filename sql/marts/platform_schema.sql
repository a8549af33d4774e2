-- One row per default privilege of a new platform schema: what the loader may do with tables and sequences made in it.
-- Braces are filled in with the platform's schema.

create schema if not exists {schema};
alter default privileges in schema {schema} grant select, insert, update, delete on tables to workbench_loader;
alter default privileges in schema {schema} grant usage, select on sequences to workbench_loader;
