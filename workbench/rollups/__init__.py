"""How the rollups are computed: what they are made of (`parts`), which days are due (`plan`) and one batch of days (`batch`)."""
