info-made-by-ai = 🤖 由 AI 生成，模型：{ $model }
info-edited-by-ai = 🤖 由 AI 编辑，模型：{ $model }
