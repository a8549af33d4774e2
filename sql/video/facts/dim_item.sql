-- One row per question; its skill is the video it is asked in.
create view video.dim_item as
select
    question.id as item_id,
    milestone.video_id as skill_id,
    question.question_type as kind,
    question.prompt as title,
    question.difficulty,
    cast(null as double precision) as discrimination,
    cast(null as double precision) as guessing
from video.questions as question
join video.milestones as milestone on milestone.id = question.milestone_id;
