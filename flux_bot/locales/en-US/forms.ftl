# Forms. Titles and labels: at most 45 characters; descriptions and placeholders: at most 100.

form-remix = Remix
form-edit = Edit a picture
form-reword = Change the prompt
form-prompt = Prompt
form-prompt-unchanged = Leave empty to keep it unchanged
form-prompt-partial-hint = Only the beginning of the prompt is known
form-instruction = What should change?
form-instruction-hint = For example: make it winter
form-model = Model
form-size = Shape
form-count = Number of pictures
form-which = Which picture?
form-which-option = Picture { $number }
form-upload = The picture to edit
form-upload-hint = PNG, JPEG, WebP or GIF, at most { $mebibytes } MiB
# The first choice of a list: nothing is changed.
form-unchanged = Unchanged
form-size-unchanged = { $size }, unchanged
form-like-the-picture = Same as the picture
# If the model does not support the size that was typed; $size is the nearest size that it supports.
form-size-instead = { $size } instead of { $typed }
