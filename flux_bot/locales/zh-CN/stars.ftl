# Vary, Star, and the list below a result's buttons.

button-vary = 变体
button-star = 加星标
button-unstar = 取消星标
result-more = 更多
# In small print; $parent as in result-rerolled.
result-varied = { $parent }的变体
starred = ⭐ 已加星标：即使旧的请求被清除，这张图片也会保留在你的 /{ cmd-history } 中。
unstarred = 已取消星标。过了保留期，这张图片会和其他请求一样被清除。
not-yours-to-star = 星标会把图片保留在提交者的历史中，因此只有提交者本人才能加星标。想自己留一份，请用“{ button-save }”。

# --- /history ---

button-starred = 只看星标
button-all = 全部图片
history-starred-title = ### 你的星标图片，第 { $page } 页，共 { $pages } 页
history-starred-search-title = ### 包含“{ $search }”的星标图片，第 { $page } 页，共 { $pages } 页
history-none-starred = 你还没有加星标的图片。请在自己图片下方的列表中选择“{ button-star }”。
history-none-starred-found = 没有提示词包含“{ $search }”的星标图片。
