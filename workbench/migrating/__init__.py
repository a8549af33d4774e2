"""Parts of `migrate`: files, pre-flight, ledger, steps, scratch database, report."""
