info-made-by-ai = 🤖 AIで生成（モデル：{ $model }）
info-edited-by-ai = 🤖 AIで編集（モデル：{ $model }）
