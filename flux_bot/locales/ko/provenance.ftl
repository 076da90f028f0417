info-made-by-ai = 🤖 AI가 생성함 (모델: { $model })
info-edited-by-ai = 🤖 AI가 편집함 (모델: { $model })
