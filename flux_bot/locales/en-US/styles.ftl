# Styles, which add their words to a prompt. The built-in ones are in flux_bot/core/styles.toml.

# In place of a style, in lists; at most 80 characters.
style-none = No style
# In lists.
style-label = { $name }: { $description }
no-such-style = There is no style “{ $typed }”. Choose one from the list that appears as you type.
# $names is a list of styles.
several-styles = Several styles match “{ $typed }”, such as { $names }. Which one do you mean?
prompt-too-long-for-style = With this style, the prompt may have at most { $limit } characters. Please shorten it or use another style.
info-style = Style
info-final-prompt = Prompt with the style
preferences-style = Style for /{ cmd-imagine }
help-styles = 🖌️ **Choose a style**: the “{ cmd-imagine.style }” option of /{ cmd-imagine } has watercolor, pixel art and more. Server managers can add more with /{ cmd-style }.

# --- forms ---

form-style = Style
form-style-add = New style
form-style-edit = Change the style
form-style-name = Name
form-style-description = Description
form-style-template = Template
# $placeholder is "{prompt}", to be typed as it is.
form-style-template-hint = In English if possible. { $placeholder } stands for what people type.

# --- /style ---

# What somebody might type for /imagine.
style-example = a fox in the snow
style-saved = 💾 **Saved**: { $name }. You can now choose it in the “{ cmd-imagine.style }” option of /{ cmd-imagine }.
# $example is style-example; the prompt for the picture service follows on the next line.
style-preview = Preview: “{ $example }” becomes

# --- what can't be saved ---

styles-of-servers = Styles belong to a server, so this only works in a server.
styles-not-allowed = Only members with the *Manage Server* permission can change this server’s styles.
style-without-name = The name needs at least one letter, digit or symbol. Nothing was saved.
style-name-too-long = The name is longer than { $limit } characters. Nothing was saved.
style-description-too-long = The description is longer than { $limit } characters. Nothing was saved.
style-template-too-long = The template is longer than { $limit } characters, which leaves too little room for the prompt. Nothing was saved.
style-without-prompt = The template needs { $placeholder } exactly once, where the user’s words go. Nothing was saved.
style-name-taken = There is already a style with this name. Please choose another one. Nothing was saved.
too-many-styles = This server already has { $limit } styles of its own, which is the limit. Remove one first.
style-gone = This style was removed in the meantime, so your changes were not saved. You can still save it as a new style.
no-such-own-style = This server has no style of its own called “{ $typed }”. Choose one from the list that appears as you type.

# --- /style remove ---

button-style-remove = Remove the style
style-remove-ask = Remove the style { $name } from this server? Pictures that were made with it can still be made again.
style-removed = The style { $name } was removed.
