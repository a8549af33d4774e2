-- One row per day of the last week at fault: far more or fewer rows of user_feedback came than on the same weekday before.
select table_name, day
from learning.check_volume
where table_name = 'user_feedback' and is_unusual
