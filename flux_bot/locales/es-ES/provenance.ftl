info-made-by-ai = 🤖 Creada con IA, con el modelo { $model }
info-edited-by-ai = 🤖 Editada con IA, con el modelo { $model }
