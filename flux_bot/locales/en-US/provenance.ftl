# How a picture was made, in Info.

info-made-by-ai = 🤖 Made by AI, with the model { $model }
info-edited-by-ai = 🤖 Edited by AI, with the model { $model }
