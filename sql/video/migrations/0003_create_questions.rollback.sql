-- Takes away what it made: one row per question and review is lost.

drop trigger questions_reviewed on video.questions;
drop function video.keep_questions_reviewed();
drop table video.question_reviews;
drop table video.questions;
drop function video.is_question_data(text, jsonb);
drop function video.is_text_list(jsonb, integer);
