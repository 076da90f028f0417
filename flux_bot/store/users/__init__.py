"""Everything that is stored about one user: counted, exported and erased."""
