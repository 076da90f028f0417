info-made-by-ai = 🤖 Criada por IA com o modelo { $model }
info-edited-by-ai = 🤖 Editada por IA com o modelo { $model }
