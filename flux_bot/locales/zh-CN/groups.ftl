too-many-variations = 这个提示词会生成超过 { $limit } 张图片。请减少大括号里的选项，或减少每个选项的张数。没有产生费用。
