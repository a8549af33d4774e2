-- Removes the writers of the audit trail; what they wrote stays.

drop trigger notifications_audit on video.notifications;
drop trigger ai_usage_audit on video.ai_usage;
drop trigger generated_questions_audit on video.generated_questions;
drop trigger generation_jobs_audit on video.generation_jobs;
drop trigger ai_configurations_audit on video.ai_configurations;
drop trigger grades_audit on video.grades;
drop trigger grade_scales_audit on video.grade_scales;
drop trigger question_attempts_audit on video.question_attempts;
drop trigger student_progress_audit on video.student_progress;
drop trigger student_sessions_audit on video.student_sessions;
drop trigger lesson_assignments_audit on video.lesson_assignments;
drop trigger question_reviews_audit on video.question_reviews;
drop trigger questions_audit on video.questions;
drop trigger milestones_audit on video.milestones;
drop trigger video_group_videos_audit on video.video_group_videos;
drop trigger videos_audit on video.videos;
drop trigger lesson_video_groups_audit on video.lesson_video_groups;
drop trigger video_groups_audit on video.video_groups;
drop trigger lessons_audit on video.lessons;
drop trigger users_audit on video.users;
drop trigger tenants_audit on video.tenants;
drop function video.note_event(text, text, text, boolean, text, inet, text, jsonb);
drop function video.write_audit();
drop function video.setting_uuid(text);
drop function video.masked(jsonb);
