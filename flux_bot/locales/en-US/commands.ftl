# The commands as Discord lists them. Names: 1 to 32 characters, lower case, no blanks; descriptions: at most 100
# characters. The menu's two stand under "Apps" in a message's menu and may have blanks and capitals.

cmd-imagine = imagine
    .description = Make a picture from words
    .prompt = prompt
    .prompt-description = What the picture shows
    .model = model
    .model-description = Who paints it
    .size = size
    .size-description = Its shape, such as 16:9, or its size in pixels
    .count = count
    .count-description = How many pictures, 1 to 4
    .private = private
    .private-description = Only I see the result

cmd-edit = edit
    .description = Change a picture
    .prompt = prompt
    .prompt-description = What to change; left out, a form asks for it
    .image = image
    .image-description = The picture to change; without one a form takes it
    .image_url = image_url
    .image_url-description = Or its address: of an attachment or any public picture
    .model = model
    .model-description = Who changes it
    .size = size
    .size-description = The shape of the result; that of the attached picture if left out, else square
    .private = private
    .private-description = Only I see the result

cmd-show = show
    .description = Post one of my finished pictures again, here
    .job = job
    .job-description = Type a word of its prompt

cmd-jobs = jobs
    .description = What of mine is being made, waits, and has just been finished

cmd-history = history
    .description = Look through my pictures
    .search = search
    .search-description = Only those with these words in their prompt

cmd-preferences = preferences
    .description = My default model, size and number of pictures, privacy and pings

menu-edit-image = Edit image
menu-remix-prompt = Remix prompt
