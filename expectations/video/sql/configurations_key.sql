-- One row per configuration at fault: its key can be read.
select id
from video.check_ai_configurations
where key_is_plain
