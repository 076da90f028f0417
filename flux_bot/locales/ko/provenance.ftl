info-made-by-ai = 🤖 AI로 만든 이미지(모델: { $model })
info-edited-by-ai = 🤖 AI로 편집한 이미지(모델: { $model })
