# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **What I store about you**
privacy-nothing = Nothing.
# $since is a time such as “3 weeks ago”.
privacy-requests = { $count ->
    [one] one request, from { $since }: its prompt, the links to its pictures, and where it was posted
   *[other] { $count } requests, the oldest from { $since }: their prompts, the links to their pictures, and where they were posted
}
privacy-starred = { $count ->
    [one] one of them has your star
   *[other] { $count } of them have your star
}
privacy-undelivered = { $count ->
    [one] one result that I could not deliver
   *[other] { $count } results that I could not deliver
}
privacy-costs = { $count ->
    [one] one entry of what your pictures cost, without the prompt
   *[other] { $count } entries of what your pictures cost, without the prompts
}
privacy-blocks = { $count ->
    [one] one block by a moderator
   *[other] { $count } blocks by moderators
}
privacy-preferences = your /{ cmd-preferences }
# $done and $total are numbers of messages.
privacy-progress = I’m deleting the messages with your results: { $done } of { $total } done.
privacy-kept = { $count ->
    [one] Requests are deleted a day after they end, unless you star them.
   *[other] Requests are deleted { $count } days after they end, unless you star them.
}
privacy-kept-forever = Requests are kept until you delete them.
privacy-costs-kept = Preferences and costs are kept until you erase them.
privacy-shared = Prompts, and pictures that you edit, are sent to the picture service of Ace Data Cloud. Results are posted on Discord.
# $contact is an address or a link.
privacy-contact = Questions? You can reach the operator of this bot here: { $contact }
privacy-policy = [Privacy policy]({ $url })

# --- the export ---

button-export = Export my data
privacy-exported = { $count ->
    [one] Here is everything that I store about you. Only you can see this message.
   *[other] Here is everything that I store about you, in { $count } files. Only you can see this message.
}
privacy-export-busy = An export is already being prepared. Please try again in a minute.
privacy-export-too-large = Your data is too large for Discord. The operator of this bot can send it to you.

# --- erasing ---

button-erase-all = Erase my data …
form-privacy = Erase all my data
# The word that the user has to type.
privacy-word = ERASE
form-privacy-word = Type { privacy-word } to confirm
form-privacy-word-hint = Erases requests, stars, preferences and results; cancels pictures in progress; can’t be undone.
form-privacy-messages = The bot’s messages with your results
form-privacy-keep = Leave them on Discord
form-privacy-delete = Delete them too
privacy-wrong-word = Nothing was erased: the word to type is “{ privacy-word }”.
privacy-erased = **Your data was erased.**
privacy-erased-messages = { $count ->
    [one] I’m now deleting one message with your results, and will tell you by direct message when I’m done.
   *[other] I’m now deleting { $count } messages with your results, about one a second, and will tell you by direct message when I’m done. /{ cmd-privacy } shows how far I am.
}
privacy-erased-rest = What was spent stays as a sum without your name. Today’s limits and any blocks still apply. Copies that were saved or posted again stay where they are.

# --- the report ---

# $done and $total are numbers of messages.
privacy-report = **I have finished deleting the messages with your results**: { $done } of { $total } deleted.
privacy-report-gone = { $count ->
    [one] One was already gone, or only you could see it.
   *[other] { $count } were already gone, or only you could see them.
}
privacy-report-refused = { $count ->
    [one] Discord didn’t let me delete one, for example because I’m no longer in that server. A moderator there can remove it.
   *[other] Discord didn’t let me delete { $count }, for example because I’m no longer in those servers. A moderator there can remove them.
}
