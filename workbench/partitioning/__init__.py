"""Parts of `partition`: months and what is missing of them."""
