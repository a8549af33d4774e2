-- Takes away what it made: one row per question and review is lost.

drop table video.question_reviews;
drop table video.questions;
drop function video.follow_reviews();
drop function video.keep_reviews_honest();
drop function video.keep_questions_reviewed();
drop function video.is_approved(uuid, integer);
drop function video.is_question_data(text, jsonb);
drop function video.is_accepting(jsonb);
drop function video.is_text_list(jsonb, integer);
drop function video.is_text(jsonb);
