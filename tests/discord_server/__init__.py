"""Discord for tests: SimCord over real sockets, and the faults that tests cause."""
