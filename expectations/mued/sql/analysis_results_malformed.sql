-- One row per analysis at fault: its findings are no JSON object.
select id
from mued.check_session_analyses
where not results_are_object
