cmd-imagine = 生成
    .description = テキストから画像を作ります
    .prompt = プロンプト
    .prompt-description = 作りたい画像の内容。「{ "{" }赤い|青い{ "}" }車」と書くと、それぞれ1枚ずつ作ります
    .model = モデル
    .model-description = 画像の生成に使うモデル
    .size = サイズ
    .size-description = 16:9などの縦横比、またはピクセル単位のサイズ
    .count = 枚数
    .count-description = 画像の枚数（1～4）
    .style = スタイル
    .style-description = 水彩画など、画像のスタイル。「none」で指定なし
    .private = 非公開
    .private-description = 結果を自分だけに表示

cmd-compare = 比較
    .description = 1つのプロンプトから、モデルごとに1枚ずつ作って比較します
    .prompt = プロンプト
    .prompt-description = 作りたい画像の内容
    .model1 = モデル1
    .model1-description = 1つ目のモデル
    .model2 = モデル2
    .model2-description = 2つ目のモデル
    .model3 = モデル3
    .model3-description = 3つ目のモデル（省略できます）
    .model4 = モデル4
    .model4-description = 4つ目のモデル（省略できます）
    .size = サイズ
    .size-description = 16:9などの縦横比（モデルごとに最も近いものになります）
    .style = スタイル
    .style-description = 水彩画など、画像のスタイル。「none」で指定なし
    .private = 非公開
    .private-description = 結果を自分だけに表示

cmd-edit = 編集
    .description = 画像を編集します
    .prompt = プロンプト
    .prompt-description = 変えたいところ（省略するとフォームで入力できます）
    .image = 画像
    .image-description = 編集する画像（省略するとフォームでアップロードできます）
    .image_url = 画像リンク
    .image_url-description = または画像へのリンク（Discordの添付ファイルや、公開されている画像）
    .model = モデル
    .model-description = 画像の編集に使うモデル
    .size = サイズ
    .size-description = 仕上がりの縦横比（省略すると添付画像と同じ、添付がなければ正方形）
    .private = 非公開
    .private-description = 結果を自分だけに表示

cmd-show = 表示
    .description = 完成した自分の画像を、ここにもう一度投稿します
    .job = 画像
    .job-description = プロンプトに含まれる言葉を入力

cmd-jobs = 進行状況
    .description = 生成中・順番待ち・完成したばかりの画像を確認します

cmd-history = 履歴
    .description = 自分の画像を一覧表示します
    .search = 検索
    .search-description = プロンプトにこの言葉を含む画像だけを表示
    .starred = スター
    .starred-description = スターを付けた画像だけを表示

cmd-preferences = 設定
    .description = モデル・サイズ・枚数・スタイルのデフォルトと、非公開・通知を設定します

cmd-usage = 利用状況
    .description = これまでの利用量と、上限までの残りを確認します

cmd-style = スタイル
    .description = このサーバー独自のスタイルを管理します

cmd-style-add = 追加
    .description = このサーバーに独自のスタイルを追加します

cmd-style-edit = 変更
    .description = このサーバー独自のスタイルを変更します
    .name = 名前
    .name-description = スタイルの名前

cmd-style-remove = 削除
    .description = このサーバー独自のスタイルを削除します
    .name = 名前
    .name-description = スタイルの名前

cmd-block = ブロック
    .description = ユーザーがこのサーバーで画像を作れないようにします
    .user = ユーザー
    .user-description = 対象のユーザー。サーバーを抜けた人の場合は、ユーザーIDを貼り付けてください
    .duration = 期間
    .duration-description = 12h、3d、2wなどの期間。省略すると無期限です
    .reason = 理由
    .reason-description = ブロックの理由。ほかのモデレーターにも表示されます
    .everywhere = 全サーバー
    .everywhere-description = 全サーバーを対象にする（Botの運営者専用）

cmd-unblock = ブロック解除
    .description = ブロックを解除して、また画像を作れるようにします
    .user = ユーザー
    .user-description = 対象のユーザー。サーバーを抜けた人の場合は、ユーザーIDを貼り付けてください
    .everywhere = 全サーバー
    .everywhere-description = 全サーバーを対象にする（Botの運営者専用）

cmd-blocked = ブロック一覧
    .description = このサーバーでブロックされている人を表示します
    .everywhere = 全サーバー
    .everywhere-description = 全サーバーを対象にする（Botの運営者専用）

cmd-why = 利用可否
    .description = メンバーがここで画像を作れるかどうかと、作れない原因のルールを確認します
    .user = ユーザー
    .user-description = 対象のメンバー

cmd-settings = サーバー設定
    .description = このサーバーのルール（モデル・上限・NGワード・チャンネル・ロール）を設定します

cmd-help = ヘルプ
    .description = ここでできることを表示し、すぐに始められます

cmd-privacy = プライバシー
    .description = 保存されている自分の情報の確認・エクスポート・消去ができます

menu-edit-image = 画像を編集
menu-remix-prompt = プロンプトをリミックス

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev：速くて低コスト
model-flux-pro = FLUX.1 pro：より細やかな描写
model-flux-pro-1-1 = FLUX 1.1 pro：より細やかな描写
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra：最大サイズの画像
model-flux-2-klein = FLUX.2 klein：最速
model-flux-2-flex = FLUX.2 flex：画像内の文字が得意
model-flux-2-pro = FLUX.2 pro：何でもこなす万能型
model-flux-2-max = FLUX.2 max：最高品質
model-flux-kontext-pro = FLUX Kontext pro：画像の編集向け
model-flux-kontext-max = FLUX Kontext max：最も細やかな画像編集
