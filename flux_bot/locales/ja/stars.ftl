# Vary, Star, and the list below a result's buttons.

button-vary = バリエーション
button-star = スターを付ける
button-unstar = スターを外す
result-more = その他
# In small print; $parent as in result-rerolled.
result-varied = { $parent }のバリエーション
starred = ⭐ スターを付けました。古いリクエストが削除されても、この画像は /{ cmd-history } に残ります。
unstarred = スターを外しました。この画像も、古くなるとほかのリクエストと同じように削除されます。
not-yours-to-star = スターを付けると本人の履歴に画像が残るため、付けられるのはリクエストした本人だけです。自分用に残すには「{ button-save }」を使ってください。

# --- /history ---

button-starred = スター付きのみ
button-all = すべての画像
history-starred-title = ### スターを付けた画像（{ $page }/{ $pages }ページ）
history-starred-search-title = ### 「{ $search }」を含むスター付きの画像（{ $page }/{ $pages }ページ）
history-none-starred = スターを付けた画像はまだありません。自分の画像の下にあるリストから「{ button-star }」を選んでください。
history-none-starred-found = プロンプトに「{ $search }」を含むスター付きの画像はありません。
