"""A Discord server for tests: SimCord over real sockets, with faults on demand."""
