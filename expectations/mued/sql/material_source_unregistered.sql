-- One row per material at fault: its source is not registered.
select material.id
from mued.materials as material
left join mued.plugin_registry as plugin on plugin.source = material.source
where plugin.source is null
