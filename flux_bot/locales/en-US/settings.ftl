# /settings: what a server's managers decide. Labels of lists and buttons have at most 80 characters; names of settings
# (setting-*) are also titles of forms, so they have at most 45.

settings-title = ### Settings of this server
settings-saved-at-once = Changes are saved automatically and apply immediately.
settings-last-changed = Last changed { $when } by { $user }
settings-ask-reset = Reset all settings of this server, on every page, to their defaults? The blocked words and the log channel are removed too.
settings-back = Back

# --- pages ---

settings-page-models = 🎨 Models
settings-page-limits = 📊 Limits
settings-page-words = 🚫 Blocked words
settings-page-channels = 📺 Channels
settings-page-roles = 👥 Roles
settings-page-log = 📜 Log channel
settings-page-language = 🌐 Language

# --- the names of the settings ---

setting-models = Models on offer
setting-default-model = Default model for /{ cmd-imagine }
setting-default-size = Default shape for /{ cmd-imagine }
setting-pictures-per-member = Pictures per member and day
setting-role-limits = Pictures per day for some roles
setting-exempt-roles = Roles without a daily limit
setting-credits-per-month = Credits of the server per month
setting-blocked-words = Blocked words
setting-spoiler-channels = Channels with results as spoilers
setting-private-channels = Channels with private results only
setting-allowed-roles = Who can make pictures
setting-log-channel = Log channel
setting-language = Language of public messages

# --- their values ---

settings-all-models = All models
settings-everybody = Everybody
settings-none = None
settings-no-limit = No limit
# The bot's own default.
settings-usual = Default
settings-entries = { $count ->
    [0] no entries
    [one] { $count } entry
   *[other] { $count } entries
}
# After the first names of a list.
settings-more = and { $count } more
settings-language-of-server = the server’s own language
# The default in the list of languages; $language is a language-name.
settings-language-own = The server’s own language ({ $language })

# --- hints below the controls ---

settings-models-hint = If you choose no models, all are on offer. Members’ own defaults come first, as far as their model is on offer.
settings-limits-hint = If a member has several of the roles, the highest limit counts. The limits of roles only apply if there is a limit for members.
settings-words-hint = Prompts with one of these words or phrases are refused. Users aren’t told which word it was; the log channel is.
settings-channels-hint = These also apply in the channels’ threads. Private results are only visible to the member who requested them.
settings-roles-hint = This also covers buttons, forms and message menus, which Discord’s Integrations page does not. It applies to managers and the owner, too.
settings-log-hint = I post changed settings, blocked prompts, blocks and actions of moderators there. Choose a channel that only your team can read.
settings-language-hint = Private messages are always in the member’s own language.

# --- forms ---

settings-number = Number
settings-number-hint = A whole number from 0 to { $most }; leave it empty for no limit
settings-for-roles = Roles
settings-edit-words = Edit the list
settings-words-form-hint = One word or phrase per line, or with commas; * at the start or end stands for any letters

# --- what no longer exists ---

# $names are models, or the ids of roles and channels.
settings-gone = These no longer exist: { $names }
settings-remove-gone = Remove them
settings-log-failed = I can’t post in { $channel }; the first attempt that failed was { $since }. Check my permissions there, then choose the channel again.
settings-log-not-allowed = I’m not allowed to post in { $channel }. Give me *View Channel* and *Send Messages* there.

# --- refusals ---

settings-of-servers = Settings belong to a server, so this only works in a server.
settings-not-allowed = Only members with the *Manage Server* permission can see or change this server’s settings.
settings-not-a-number = Please enter a whole number from 0 to { $most }, or leave the field empty for no limit. Nothing was saved.
settings-no-roles = Please choose at least one role that exists in this server. Nothing was saved.
settings-too-many-roles = At most { $limit } roles can have a limit of their own. Nothing was saved.
settings-too-many-words = The list has { $count } entries, but { $limit } is the limit. Nothing was saved.
settings-word-too-long = This entry is longer than { $limit } characters: { $word }. Nothing was saved.
settings-word-never-matches = This entry contains no word or symbol, so it would never match: { $word }. Nothing was saved.
settings-words-too-long = The whole list may have at most { $limit } characters. Nothing was saved.
settings-words-changed = Another manager has changed the list in the meantime, so nothing was saved. Open the form again: it has your entries and theirs.
settings-no-log-channel = I can’t use that channel as the log channel. Please choose another one. Nothing was saved.
settings-gone-meanwhile = What you chose no longer exists. Please open /{ cmd-settings } again. Nothing was saved.
# For /show, where results are private.
settings-private-here = Results are private in this channel, so I can’t post this one for everybody.

# --- the log ---

# $setting is a name of a setting, $old and $new are its values.
settings-changed = ⚙️ { $user } changed *{ $setting }*: { $old } → { $new }
settings-changed-list = ⚙️ { $user } changed *{ $setting }*. Added: { $added }. Removed: { $removed }.

help-settings = 🛠️ **Manage this server**: /{ cmd-settings } has models, limits, blocked words, channels, roles, the log and the language.
