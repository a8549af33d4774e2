-- One row per question that a teacher approved: published an hour after the review.
-- name: publish()!
update video.questions set status = 'published', updated_at = updated_at + interval '1 hour' where status = 'approved'
