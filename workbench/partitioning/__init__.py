"""Parts of `partition`: months and what is missing of them, and months made out of their rows."""
