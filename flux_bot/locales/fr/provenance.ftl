info-made-by-ai = 🤖 Image créée par IA avec le modèle { $model }
info-edited-by-ai = 🤖 Image modifiée par IA avec le modèle { $model }
