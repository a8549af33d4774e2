-- One row per day of the last week at fault: far more or fewer rows of question_attempts came than on the same weekday before.
select table_name, day
from video.check_volume
where table_name = 'question_attempts' and is_unusual
