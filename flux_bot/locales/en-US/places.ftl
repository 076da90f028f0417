# Where the bot may be used: ALLOWED_GUILDS and ALLOW_USER_INSTALLS.

place-server = I’m not available in this server. My operator has allowed only certain servers.
place-members = Outside of servers, I’m only available to members of certain servers, and you don’t seem to be in one of them.
place-user-install = I’m not available as an app that people install for themselves. Please use me in a server that has added me.
place-unknown = I couldn’t check in time whether you may use me here. Please try again in a moment.
