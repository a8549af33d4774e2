"""Parts of `monitor`: its sections, what is worth a look in them, and their words."""
