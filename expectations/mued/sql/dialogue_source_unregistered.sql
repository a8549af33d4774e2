-- One row per answer at fault: the source it drew on is not registered.
select answer.id
from mued.ai_dialogue_log as answer
left join mued.plugin_registry as plugin on plugin.source = answer.source
where answer.source is not null and plugin.source is null
