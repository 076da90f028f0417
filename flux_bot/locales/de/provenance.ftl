info-made-by-ai = 🤖 Mit KI erstellt, Modell: { $model }
info-edited-by-ai = 🤖 Mit KI bearbeitet, Modell: { $model }
