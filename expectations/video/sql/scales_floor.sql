-- One row per tenant at fault: it has a scale, and that does not begin at 0.
select tenant_id
from video.grade_scales
group by tenant_id
having min(lowest_percentage) > 0
