# Names and descriptions of the commands, as Discord lists them. Names: 1 to 32 characters, lower case, no spaces;
# descriptions: at most 100 characters. menu-* are entries of a message's "Apps" menu, which may have spaces and capitals.

cmd-imagine = imagine
    .description = Make a picture from a description
    .prompt = prompt
    .prompt-description = What the picture should show; “{ "{" }red|blue{ "}" } car” makes one of each
    .model = model
    .model-description = The model to use
    .size = size
    .size-description = The shape, such as 16:9, or the size in pixels
    .count = count
    .count-description = How many pictures, 1 to 4
    .style = style
    .style-description = The style of the picture, such as watercolor, or “none”
    .private = private
    .private-description = Only you can see the result

cmd-compare = compare
    .description = Compare models: one prompt, one picture from each
    .prompt = prompt
    .prompt-description = What the picture should show
    .model1 = model1
    .model1-description = The first model
    .model2 = model2
    .model2-description = The second model
    .model3 = model3
    .model3-description = A third model, if you like
    .model4 = model4
    .model4-description = A fourth model, if you like
    .size = size
    .size-description = The shape, such as 16:9; each model uses its nearest one
    .style = style
    .style-description = The style of the picture, such as watercolor, or “none”
    .private = private
    .private-description = Only you can see the result

cmd-edit = edit
    .description = Edit a picture
    .prompt = prompt
    .prompt-description = What to change; leave it out to fill in a form
    .image = image
    .image-description = The picture to edit; leave it out to upload it in a form
    .image_url = image_url
    .image_url-description = Or a link to it: a Discord attachment or any public picture
    .model = model
    .model-description = The model to use
    .size = size
    .size-description = The shape of the result; by default that of the attached picture, otherwise square
    .private = private
    .private-description = Only you can see the result

cmd-show = show
    .description = Post one of your finished pictures here again
    .job = job
    .job-description = Type a word from its prompt

cmd-jobs = jobs
    .description = Show your pictures in progress, in the queue and recently finished

cmd-history = history
    .description = Browse your pictures
    .search = search
    .search-description = Only pictures with these words in the prompt
    .starred = starred
    .starred-description = Only pictures that you have starred

cmd-preferences = preferences
    .description = Set your default model, size, number of pictures and style, privacy and pings

cmd-usage = usage
    .description = Show what you have used, and what is left of your limits

cmd-style = style
    .description = Manage this server’s own styles

cmd-style-add = add
    .description = Add a style to this server

cmd-style-edit = edit
    .description = Change one of this server’s styles
    .name = name
    .name-description = The style’s name

cmd-style-remove = remove
    .description = Remove one of this server’s styles
    .name = name
    .name-description = The style’s name

cmd-block = block
    .description = Block a user from making pictures in this server
    .user = user
    .user-description = The user; for a user who has left the server, paste the user ID
    .duration = duration
    .duration-description = How long, such as 12h, 3d or 2w; leave it out for a block without an end
    .reason = reason
    .reason-description = Why; other moderators can see this
    .everywhere = everywhere
    .everywhere-description = In all servers; only for the operator of this bot

cmd-unblock = unblock
    .description = Let a blocked user make pictures again
    .user = user
    .user-description = The user; for a user who has left the server, paste the user ID
    .everywhere = everywhere
    .everywhere-description = In all servers; only for the operator of this bot

cmd-blocked = blocked
    .description = Show who is blocked in this server
    .everywhere = everywhere
    .everywhere-description = In all servers; only for the operator of this bot

cmd-why = why
    .description = Find out whether a member can make pictures here, and which rule stops them
    .user = user
    .user-description = The member

cmd-settings = settings
    .description = Set the rules of this server: models, limits, blocked words, channels and roles

cmd-help = help
    .description = Show what I can do here and get started

cmd-privacy = privacy
    .description = Show what I store about you; export or erase it

menu-edit-image = Edit image
menu-remix-prompt = Remix prompt

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev: quick and cheap
model-flux-pro = FLUX.1 pro: finer detail
model-flux-pro-1-1 = FLUX 1.1 pro: finer detail
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra: the largest pictures
model-flux-2-klein = FLUX.2 klein: the fastest
model-flux-2-flex = FLUX.2 flex: good with text in pictures
model-flux-2-pro = FLUX.2 pro: the all-rounder
model-flux-2-max = FLUX.2 max: the finest
model-flux-kontext-pro = FLUX Kontext pro: edits pictures
model-flux-kontext-max = FLUX Kontext max: edits with the finest detail
