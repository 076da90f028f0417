"""flux-bot: a Discord bot that makes and edits pictures.

The guided tour, in the order to read:

    jobs.py            the words: request, origin, job, task, result, image
    workflow.py        the whole story of a job, without Discord and without HTTP
    delivery.py        its last chapter: how a finished job gets to its user
    store.py           where jobs survive crashes: one row each, one conditional UPDATE a step
    admission.py       how a request becomes a row              fairness.py     whose turn it is
    archive.py         what people ask about their own jobs     overdue.py      what has to be chased
    database.py        transactions; engines.py, together.py, news.py and migrations/ are below it
    flux_protocol.py   what the image API says and means        flux_api.py     how it is asked
    webhook.py         how its callbacks come in                images.py       how pictures are fetched
    messenger.py       the delivery ladder to Discord           cards.py        what a job looks like there
    status_cards.py    their edits while it is being made       retrieval.py    how old pictures are found again
    answering.py       the one answer to each interaction       publishing.py   what commands are called
    cogs/              the commands; controls.py lists what each button does
    metrics.py         what is counted and timed, for /metrics
    locales/           every word a user may read, by language  wording.py      how they become sentences
    catalogue.toml     the models and their sizes
    app.py             how all of it is put together, started and stopped
    doctor.py          whether all is set up as it should be
    sandbox/           the same bot in a Discord and against an image API of this machine's own

Glossary: a Request is what was asked, an Origin where and by whom. A Job is our record of it, with an id; a Task
is the API's side, with a task_id. A Callback is the API's POST to us. A TaskResult is pictures or a failure. A
Delivery is the posting of a finished job, a Claim a lease on it. To abandon is to give up and say so. A Card is a
job's look in Discord. The Catalogue is the list of models.
"""

__version__ = "0.1.0"
