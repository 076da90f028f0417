"""flux-bot: a Discord bot that makes and edits pictures with Ace Data Cloud's Flux Images API.

Start with ``workflow/workflow.py``, which contains the life of a job. Modules import only modules below them in this
list:

    bot.py         the command line: run, sandbox, doctor, copy-database, backup, restore, export-user,
                   erase-user
    sandbox/       the offline sandbox: sandbox.py runs the bot with virtual_discord.py (SimCord) and fake_flux.py (the
                   image API; its parts are api_forms.py, exchange.py, drawing.py, faults.py, file_host.py and
                   local_images.py); fault_command.py and page_commands.py define the sandbox's own commands
    doctor/        checks.py and discord_application.py: check the setup and explain how to fix each failure
    app.py         builds, runs and stops all parts in order
    cogs/          commands/, moderation/, forms/, messages/ and buttons/ (controls.py has the table of all buttons,
                   ``Verb`` in ui/cards.py the list; CONTRIBUTING.md explains how to add one); loaded by name
    ui/            Discord: bot.py (the gateway connection), cards.py and group_cards.py (what a job or group looks
                   like), composing.py (which card is shown, and how a post is recognised), texts.py (sentences on
                   cards), custom_ids.py (what buttons refer to), file_names.py (of posted files), old_pictures.py
                   (finds posted pictures again), discord_errors.py (which errors are temporary), recent_items.py
                   (bounded memory)
      client/      parts of bot.py: discord_clock.py (the time), memberships.py (who is in an allowed server),
                   open_replies.py (replies to waiting users before the bot stops)
      server_settings/  panel.py and pages.py: the panel of /settings; see its __init__.py
      interactions/  replies.py (one reply, within 3 s), drafts.py (rejected requests, to change or send again),
                   command_tree.py (describes commands, handles errors), places.py (where the bot may be used)
      delivery/    messenger.py (the delivery methods), channel_pace.py (how fast to post in a channel),
                   operator_messages.py (direct messages to the operator), message_eraser.py (deletes messages)
      moderation/  server_log.py (each server's log channel), log_entries.py (the texts of its entries)
    web/           server.py: callbacks; health.py: health, metrics; health_check.py: the container's health check;
                   listener.py: limits for clients; reachability.py: whether PUBLIC_URL leads to the bot
    workflow/      dispatch.py submits jobs, results.py saves results, delivery.py posts the pictures that contents.py
                   fetches, repairs.py replaces links with pictures, reconcile.py looks up tasks, status_cards.py edits
                   status cards, queue_places.py updates the queue places on them; loops.py has code that these share
      alerts/      operator_alerts.py (problems only the operator can solve), budget_alerts.py (budgets that run out)
      erasing/     erasure.py and message_erasure.py (a user's data and messages), cleaning.py (SQLite's files)
    store/         stores jobs as rows: admission.py (accepts jobs), queue.py (who is next), submissions.py (used by
                   dispatch.py), store.py (one UPDATE per status change), deliveries.py (who posts what), overdue.py
                   (jobs to look up, or give up after a crash), history.py (users' queries about their jobs), groups.py
                   (jobs that were requested together), places.py (the queue places on cards), styles.py (the servers'
                   own styles); below them schema.py, migrations/
      operator/    the operator's commands: copying.py (to another database), backups.py (in SQLite files),
                   user_commands.py (for one user), opening.py (opens the databases and files for these commands)
      users/       the data stored about a user: overview.py (counts it), export.py and archive.py (ZIP files),
                   erasure.py, message_erasure.py (the messages to delete)
      rules/       checks.py, usage.py and known.py (what each request is checked against), ledger.py (what each job
                   costs), servers.py (the values of /settings), blocks.py, explanations.py (/why), report.py (for
                   /usage), spending.py (for the metrics), membership.py (servers that the bot has left), user_keys.py
                   (hashes of the IDs of erased users)
      database/    database.py (transactions), engines.py (SQLite and PostgreSQL), opening.py and file_access.py (what
                   to do if a database can't be opened), notifications.py (wakes other processes), cleaning.py (removes
                   deleted text from SQLite's files)
    flux/          the image API: protocol.py (requests and responses), parsing.py (shared parsing), messages.py
                   (classifies error messages), client.py (HTTP), availability.py, platform.py (balance and prices, for
                   the doctor), advice.py (what the operator can do); docs/image-api.md describes the API
    images/        fetcher.py (downloads), decoding.py (checks, shrinks) with worker.py in worker_pool.py's processes,
                   addresses.py (which are public); charts.py draws charts with chart_worker.py
    locales/       every sentence that users read, in each language (Fluent): cards.ftl for cards and failures,
                   answers.ftl for refusals, and one file for each feature
    settings.py, logs.py, metrics.py
    core/          jobs.py (the shared types), catalogue.py and catalogue.toml (models and their sizes),
                   shape_words.toml (what users call shapes), capabilities.py (which models and sizes the image API
                   accepts), styles.py and styles.toml (templates for prompts), variations.py (alternatives in
                   braces), differences.py (where prompts differ), costs.py (credits and money), fairness.py (the
                   queue order), callbacks.py (the callback URL), errors.py (the error tree), text.py, backoff.py
      rules/       server_settings.py, limits.py, periods.py (days and months), blocked_words.py and look_alikes.py,
                   durations.py (of blocks), places.py (where the bot may be used), requester.py

Glossary: a request is what a user wants; its origin is the place and the user it came from. A job is the bot's record
of a request, with an id; a task is the API's record, with a task_id. A callback is the API's POST with a task's result;
a look-up is the bot's query for the result. A card shows a job in Discord: first the status card, then the final card.
A claim is a lease on work. To reconcile is to bring jobs and tasks back in line; to abandon is to give up on a job and
notify the user. A turn is a job's place in the queue order. A job is undelivered if no delivery method reaches its
user. A group is the jobs that one command requested together: each job runs separately, but one card shows the whole
group, and one message has all its pictures. A style is a template for prompts. A draft is a request as the user typed
it; the user gets it back if the request is rejected. A limit is the number of pictures or credits that may be used in a
day or month; the ledger records how many were used. A picture is in doubt if it may have been charged.
"""

__version__ = "1.0.0"
"""The version of this release, also in CHANGELOG.md, compose.yaml, Dockerfile and the guides; tests compare them."""
