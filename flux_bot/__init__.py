"""flux-bot: a Discord bot that makes and edits pictures with Ace Data Cloud's Flux Images API.

Start reading at ``workflow/workflow.py``: the life of a job. Imports point down only:

    bot.py         the command line: run, sandbox, doctor, copy-database, backup, restore, export-user,
                   erase-user
    sandbox/       the offline trial: sandbox.py runs the bot with virtual_discord.py (SimCord) and fake_flux.py (the
                   image API; its parts are api_forms.py, exchange.py, drawing.py, faults.py, file_host.py and
                   local_images.py); fault_command.py and page_commands.py have the sandbox's own commands
    doctor/        checks.py and discord_application.py: checks of a set-up, with what to do about each failure
    app.py         builds everything, runs everything, stops everything in order
    cogs/          commands/, moderation/, forms/, messages/ and buttons/ (controls.py is the table of all buttons,
                   ``Verb`` in ui/cards.py their list; CONTRIBUTING has the recipe); loaded by name
    ui/            Discord: bot.py (the gateway connection), cards.py and group_cards.py (what a job or group looks
                   like), composing.py (which of them is shown, and how a post is recognised), texts.py (sentences on
                   cards), custom_ids.py (what buttons refer to), file_names.py (of posted files), old_pictures.py
                   (finds posted pictures again), discord_errors.py (which errors are temporary), recent_items.py
                   (bounded memory)
      client/      discord_clock.py (the time), memberships.py (who is in an allowed server), open_replies.py (answers
                   what still waits when the bot stops)
      server_settings/  panel.py and pages.py: the panel of /settings; see its __init__.py
      interactions/  replies.py (one reply, within 3 s), drafts.py (what was rejected, to be changed or sent again),
                   command_tree.py (describes commands, handles errors), places.py (where the bot may be used)
      delivery/    messenger.py (the delivery methods), channel_pace.py (how fast to post in a channel),
                   operator_messages.py (direct messages to the operator), message_eraser.py (deletes messages)
      moderation/  server_log.py (each server's log channel), log_entries.py (what is written there)
    web/           server.py: callbacks; health.py: health, metrics; health_check.py: the container's check;
                   listener.py: limits for clients; reachability.py: whether PUBLIC_URL leads to the bot
    workflow/      dispatch.py submits, results.py saves results, delivery.py posts with what contents.py fetches,
                   repairs.py replaces links by pictures, reconcile.py looks tasks up, status_cards.py edits status
                   cards, queue_places.py updates the places on them; loops.py has what these loops share
      alerts/      operator_alerts.py (problems only the operator can solve), budget_alerts.py (budgets that run out)
      erasing/     erasure.py and message_erasure.py (a user's data and messages), cleaning.py (SQLite's files)
    store/         jobs as rows: admission.py (accept), queue.py (who is next), submissions.py (what dispatch writes),
                   store.py (one UPDATE per status change), deliveries.py (who posts what), overdue.py (what to look
                   up, or give up after a crash), history.py (what users ask about their jobs), groups.py (jobs that
                   were requested together), places.py (the places in the queue on cards), styles.py (the servers' own
                   styles); below them schema.py, migrations/
      operator/    the operator's commands: copying.py (to another database), backups.py (in SQLite files),
                   user_commands.py (about one user), opening.py (the databases and files that these name)
      users/       what is stored about a user: overview.py (counts it), export.py and archive.py (ZIP files),
                   erasure.py, message_erasure.py (the messages to delete)
      rules/       checks.py, usage.py and known.py (what each request is checked against), ledger.py (what each job
                   costs), servers.py (the settings of /settings), blocks.py, explanations.py (/why), report.py (for
                   /usage), spending.py (for the metrics), membership.py (servers that the bot has left), user_keys.py
                   (hashes of the ids of erased users)
      database/    database.py (transactions), engines.py (SQLite and PostgreSQL), opening.py and file_access.py (what
                   to do if it can't be opened), notifications.py (wakes other processes), cleaning.py (keeps deleted
                   texts out of SQLite's files)
    flux/          the image API: protocol.py (its language), parsing.py (what its answers have in common), messages.py
                   (what its error messages are about), client.py (HTTP), availability.py, platform.py (balance and
                   prices, for the doctor), advice.py (what the operator can do); docs/image-api.md has what is known
                   about it
    images/        fetcher.py (downloads), decoding.py (checks, shrinks) by worker.py in worker_pool.py's processes,
                   addresses.py (which are public); charts.py draws charts with chart_worker.py
    locales/       every sentence that users read, in each language (Fluent): cards.ftl has cards and failures,
                   answers.ftl refusals, and one file for each feature
    settings.py, logs.py, metrics.py
    core/          jobs.py (the shared types), catalogue.py and catalogue.toml (models and their sizes),
                   shape_words.toml (what users call shapes), capabilities.py (which models and sizes the image API
                   accepts), styles.py and styles.toml (templates for prompts), variations.py (alternatives in
                   braces), differences.py (where prompts differ), costs.py (credits and money), fairness.py (the
                   queue order), callbacks.py (the callback URL), errors.py (the error tree), text.py, backoff.py
      rules/       server_settings.py, limits.py, periods.py (days and months), blocked_words.py and look_alikes.py,
                   durations.py (of blocks), places.py (where the bot may be used), requester.py

Glossary: a request is what a user asks for; its origin is where, and by whom. A job is our record of it, with an id;
a task is the API's side, with a task_id. A callback is the API's POST of a task's result, a look-up our question for
it. A card is what a job looks like in Discord: the status card first, then the final card. A claim is a lease on work.
To reconcile is to bring jobs and tasks back in line; to abandon is to give a job up and say so. A turn is a job's
place in the queue order. A job is undelivered if no delivery method reaches its user. Jobs that one command requested
together are a group: each is made by itself, and all are shown by one card and posted in one message. A style is a
template for prompts. A draft is a request as it was typed, which its user gets back if it is rejected. A limit is how
many pictures or credits may be used in a day or month; the ledger records how many were used. A picture is in doubt if
it may have been charged.
"""

__version__ = "1.0.0"
"""The release: change it here, and in CHANGELOG.md and compose.yaml, which a test compares with it."""
