info-made-by-ai = 🤖 Creada por IA con el modelo { $model }
info-edited-by-ai = 🤖 Editada por IA con el modelo { $model }
