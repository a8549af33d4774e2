-- One row per day of the last week at fault: far more or fewer rows of learning_sessions came than on the same weekday before.
select table_name, day
from learning.check_volume
where table_name = 'learning_sessions' and is_unusual
