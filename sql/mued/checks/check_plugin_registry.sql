-- One row per content source: the key, and what checks may know of its configuration.
create view mued.check_plugin_registry as
select
    id,
    coalesce(jsonb_typeof(config) = 'object', false) as config_is_object
from mued.plugin_registry;

comment on view mued.check_plugin_registry is 'Content sources as checks see them: the key and a truth value about the configuration.';
comment on column mued.check_plugin_registry.id is 'Identity of the plugin.';
comment on column mued.check_plugin_registry.config_is_object is 'Whether the configuration is a JSON object.';
