info-made-by-ai = 🤖 Créée par IA, avec le modèle { $model }
info-edited-by-ai = 🤖 Modifiée par IA, avec le modèle { $model }
