blocked = ブロックされているため、ここでは画像を作成できません。間違いだと思われる場合は、モデレーターにお問い合わせください。
blocked-until = ブロックされているため、ここでは画像を作成できません。ブロックは{ $ends }に解除されます。
role-not-allowed = ここで画像を作成できるのは、次のいずれかのロールを持つメンバーだけです：{ $roles }。ロールが必要な場合は、モデレーターにお問い合わせください。
prompt-blocked = このプロンプトはここのルールで許可されていないため、送信しませんでした。別の内容を入力してください。
model-not-offered-here = そのモデルはこのサーバーでは使えません。次の中から選んでください：{ $models }
no-model-offered-here = このサーバーで使えるモデルには、この操作ができるものがありません。必要な場合は、サーバーの管理者に相談してください。

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count }枚
limit-member-day = このサーバーで作成できる画像は1日{ $allowed }までです。残りは{ $left }ですが、このリクエストには{ $needed }必要です。上限は{ $resets }にリセットされます。
limit-user-day = 作成できる画像は、全サーバー合計で1日{ $allowed }までです。残りは{ $left }ですが、このリクエストには{ $needed }必要です。上限は{ $resets }にリセットされます。
limit-server-month = このサーバーで使えるのは1か月{ $allowed }までです。残りは{ $left }ですが、このリクエストには約{ $needed }必要です。上限は{ $resets }にリセットされます。
limit-zero = このサーバーの管理者が上限を0に設定しているため、ここでは画像を作成できません。間違いだと思われる場合は、管理者に問い合わせてください。
limit-budget-day = Bot全体の予算は1日{ $allowed }です。残りは{ $left }ですが、このリクエストには約{ $needed }必要です。予算は{ $resets }にリセットされます。
limit-budget-month = Bot全体の予算は1か月{ $allowed }です。残りは{ $left }ですが、このリクエストには約{ $needed }必要です。予算は{ $resets }にリセットされます。
