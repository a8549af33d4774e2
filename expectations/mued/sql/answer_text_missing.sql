-- One row per answer at fault: it has no text though the question was not passed over, one though it was, or a blank one.
select id
from mued.check_interview_answers
where not text_fits_skipped or not text_is_filled
