-- One row per source at fault: the platform starts with it, and it is not registered under its name.
select documented.source
from (values ('note', 'Note.com Integration'), ('local', 'Local Materials')) as documented (source, name)
left join mued.plugin_registry as plugin on plugin.source = documented.source and plugin.name = documented.name
where plugin.id is null
