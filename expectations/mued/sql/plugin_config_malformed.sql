-- One row per plugin at fault: its configuration is no JSON object.
select id
from mued.check_plugin_registry
where not config_is_object
