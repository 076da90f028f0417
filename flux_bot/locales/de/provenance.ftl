info-made-by-ai = 🤖 Von KI erstellt, mit dem Modell { $model }
info-edited-by-ai = 🤖 Von KI bearbeitet, mit dem Modell { $model }
