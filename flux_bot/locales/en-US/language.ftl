# The name of the language in the language itself.
language-name = English
