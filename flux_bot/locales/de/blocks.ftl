block-ends = Die Sperre endet { $ends }.
block-without-end = Die Sperre gilt unbegrenzt.
block-without-reason = nicht angegeben
block-of-erased = jemand, der die eigenen Daten gelöscht hat

# --- /block and /unblock ---

block-done = 🚫 { $user } kann auf diesem Server keine Bilder mehr erstellen. { $ends } Bilder, die schon in Arbeit sind, werden noch gepostet.
block-done-everywhere = 🚫 { $user } kann nirgends mehr Bilder erstellen. { $ends } Bilder, die schon in Arbeit sind, werden noch gepostet.
unblock-done = ✅ { $user } kann auf diesem Server wieder Bilder erstellen.
unblock-done-everywhere = ✅ Die serverübergreifende Sperre für { $user } ist aufgehoben. Sperren auf einzelnen Servern bleiben bestehen.
blocks-of-servers = Das geht nur auf einem Server.
blocks-not-allowed = Das können nur Mitglieder mit der Berechtigung *Mitglieder im Timeout*.
blocks-not-everywhere = Die Option „{ cmd-block.everywhere }“ kann nur der Betreiber des Bots nutzen. Ohne sie gilt der Befehl für diesen Server.
block-yourself = Du kannst dich nicht selbst sperren.
block-a-bot = Bots können keine Bilder erstellen, es gibt also nichts zu sperren.
block-no-duration = Die Dauer „{ $typed }“ verstehe ich nicht. Gib eine Zahl und m, h, d oder w für Minuten, Stunden, Tage oder Wochen ein, zum Beispiel 12h oder 3d; höchstens zehn Jahre. Ohne Angabe gilt die Sperre unbegrenzt.
not-blocked = { $user } ist auf diesem Server nicht gesperrt.
not-blocked-everywhere = Für { $user } gibt es keine serverübergreifende Sperre.
block-duration-minute = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
block-duration-hour = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
block-duration-day = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
block-duration-week = { $count ->
    [one] { $count } Woche
   *[other] { $count } Wochen
}

# --- /blocked ---

blocked-title = ### Auf diesem Server gesperrt ({ $page }/{ $pages })
blocked-title-everywhere = ### Serverübergreifend gesperrt ({ $page }/{ $pages })
blocked-nobody = Auf diesem Server ist niemand gesperrt.
blocked-nobody-everywhere = Niemand ist serverübergreifend gesperrt.
blocked-line = **{ $number }** { $user } · gesperrt { $when } von { $moderator } · { $ends } Grund: { $reason }
blocked-unblock = Entsperren
blocked-option = { $number } · Grund: { $reason }

# --- /why ---

why-allowed = ### { $user } kann hier Bilder erstellen
why-not-allowed = ### { $user } kann hier keine Bilder erstellen
why-no-member = { $user } ist kein Mitglied dieses Servers.
why-blocked = Gesperrt { $when } von { $moderator }. { $ends } Grund: { $reason }
why-blocked-everywhere = Vom Betreiber des Bots serverübergreifend gesperrt. { $ends }
why-role = Braucht eine dieser Rollen: { $roles }
why-no-model = Auf diesem Server ist kein Modell verfügbar, das Bilder erstellt.
why-models = Verfügbare Modelle: { $models }
why-member-day = Bilder heute auf diesem Server: { $used } von { $allowed } verbraucht, noch { $left } übrig, wird { $resets } zurückgesetzt
why-user-day = Bilder heute auf allen Servern: { $used } von { $allowed } verbraucht, noch { $left } übrig, wird { $resets } zurückgesetzt
why-server-month = Credits dieses Servers in diesem Monat: { $used } von { $allowed } verbraucht, noch { $left } übrig, wird { $resets } zurückgesetzt
why-no-limits = Es gilt kein Limit.
why-budget = Das Budget des Bots ist aufgebraucht und wird { $resets } zurückgesetzt.
why-private = In diesem Kanal sind Ergebnisse privat.
why-spoiler = In diesem Kanal werden Ergebnisse als Spoiler gepostet.

# --- in the server's log ---

log-block = 🚫 { $moderator } hat { $user } gesperrt. { $ends } Grund: { $reason }
log-unblock = ✅ { $moderator } hat { $user } entsperrt.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Moderieren**: Mit /{ cmd-block } sperrst du jemanden für das Erstellen von Bildern, /{ cmd-blocked } zeigt, wer gesperrt ist, und /{ cmd-why }, welche Regel jemanden am Erstellen hindert.
