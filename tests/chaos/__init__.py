"""Repeatable chaos: real bot processes between the two doubles, while everything around them goes wrong.

    plan.py       what is asked and what goes wrong, drawn from a seed
    callbacks.py  the way of the API's callbacks to the bot: late, doubled, lost
    database.py   the database as the run sees it: locked, cut off, and read at the end
    run.py        the run itself, until the bot has come to rest
    ledger.py     what became of each command, and what must never happen

``python -m tests.chaos --seed 7`` is one run on each kind of database. The plan is the same for the same seed; the
timing of processes is not.
"""
