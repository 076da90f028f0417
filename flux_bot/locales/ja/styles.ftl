style-none = スタイルなし
style-label = { $name }：{ $description }
no-such-style = 「{ $typed }」というスタイルはありません。入力中に表示される候補から選んでください。
several-styles = 「{ $typed }」に当てはまるスタイルが複数あります（{ $names } など）。どれを使いますか？
prompt-too-long-for-style = このスタイルでは、プロンプトは{ $limit }文字までです。短くするか、別のスタイルを使ってください。
info-style = スタイル
info-final-prompt = スタイルを加えたプロンプト
preferences-style = /{ cmd-imagine } のスタイル
help-styles = 🖌️ **スタイルを選ぶ**：/{ cmd-imagine } の「{ cmd-imagine.style }」オプションで、水彩画やドット絵などを選べます。サーバーの管理者は、/{ cmd-style } で独自のスタイルを追加できます。

form-style = スタイル
form-style-add = 新しいスタイル
form-style-edit = スタイルを変更
form-style-name = 名前
form-style-description = 説明
form-style-template = テンプレート
form-style-template-hint = できれば英語で。{ $placeholder } は、入力されたプロンプトに置き換わります。

style-example = 雪の中のキツネ
style-saved = 💾 **保存しました**：{ $name }。/{ cmd-imagine } の「{ cmd-imagine.style }」オプションで選べます。
style-preview = プレビュー：「{ $example }」と入力すると、次のプロンプトになります

styles-of-servers = スタイルはサーバーごとに管理されるため、この操作はサーバー内でのみ行えます。
styles-not-allowed = このサーバーのスタイルを変更できるのは、*サーバー管理*の権限を持つメンバーだけです。
style-without-name = 名前には文字・数字・記号が1つ以上必要です。保存されていません。
style-name-too-long = 名前が{ $limit }文字を超えています。保存されていません。
style-description-too-long = 説明が{ $limit }文字を超えています。保存されていません。
style-template-too-long = テンプレートが{ $limit }文字を超えているため、プロンプトを入れる余裕がありません。保存されていません。
style-without-prompt = テンプレートには { $placeholder } を1回だけ入れてください。そこに、入力されたプロンプトが入ります。保存されていません。
style-name-taken = 同じ名前のスタイルがすでにあります。別の名前にしてください。保存されていません。
too-many-styles = このサーバー独自のスタイルは、上限の{ $limit }個に達しています。先にどれかを削除してください。
style-gone = 編集中にこのスタイルが削除されたため、変更は保存されていません。新しいスタイルとして保存することはできます。
no-such-own-style = このサーバーに「{ $typed }」という独自のスタイルはありません。入力中に表示される候補から選んでください。

button-style-remove = スタイルを削除
style-remove-ask = スタイル「{ $name }」をこのサーバーから削除しますか？このスタイルで作った画像は、これからも作り直せます。
style-removed = スタイル「{ $name }」を削除しました。
