-- One row per configuration of a model: whether its key is kept as it was typed, without showing it.
create view video.check_ai_configurations as
select id, coalesce(encode(api_key_encrypted, 'escape') ~ '^[^\\[:cntrl:]]+$', false) as key_is_plain
from video.ai_configurations;

comment on view video.check_ai_configurations is 'Configurations of models with what checks may know of their keys';
comment on column video.check_ai_configurations.id is 'Configuration';
comment on column video.check_ai_configurations.key_is_plain is 'Whether the key is made of printable characters alone, which no encrypted one is';
