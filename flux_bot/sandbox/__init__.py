"""The offline sandbox: the real bot between a virtual Discord and a fake Flux API."""
