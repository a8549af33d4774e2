"""How a report is made and published: parameters, engine, page, files, ledger, index."""
