"""Repeatable chaos tests: real bot processes run between the two doubles while everything around them fails.

    plan.py       the commands and the disruptions, drawn from a seed
    callbacks.py  a proxy that delays, repeats and loses the API's callbacks
    database.py   locks the database, cuts its connections, and reads it at the end
    run.py        one run, until all jobs are settled
    ledger.py     the outcome of each command, and the faults that must never occur
    observer.py   fills the ledger with what is visible from outside

``python -m tests.chaos --seed 7`` does one run on each kind of database. The seed determines the plan, but not the
timing of the processes.
"""
