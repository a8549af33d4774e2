-- One row per table at fault, question_reviews alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'question_reviews' and is_stale
