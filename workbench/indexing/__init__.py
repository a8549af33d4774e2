"""Parts of `indexes`: what should be there and what is, who needs an unused one, and building beside readers and writers."""
