-- One row per milestone at fault: required for more than a week, in a video that is ready, and none of its questions is published.
select stop.id
from video.milestones as stop
join video.videos as clip on clip.id = stop.video_id
where stop.is_required
    and clip.status = 'ready'
    and stop.updated_at < marts.check_as_of() - interval '7 days'
    and not exists (
        select from video.questions as question
        where question.milestone_id = stop.id and question.status not in ('draft', 'in_review', 'approved', 'rejected')
    )
