cmd-imagine = 生成
    .description = 用文字生成图片
    .prompt = 提示词
    .prompt-description = 描述图片的内容；写“{ "{" }红色|蓝色{ "}" }的车”会各生成一张
    .model = 模型
    .model-description = 要使用的模型
    .size = 尺寸
    .size-description = 比例（如 16:9）或像素尺寸
    .count = 数量
    .count-description = 生成几张图片，1 到 4
    .style = 风格
    .style-description = 图片的风格，例如水彩画；“none”表示不用风格
    .private = 私密
    .private-description = 结果仅自己可见

cmd-compare = 对比
    .description = 对比模型：同一个提示词，每个模型各生成一张
    .prompt = 提示词
    .prompt-description = 描述图片的内容
    .model1 = 模型1
    .model1-description = 第一个模型
    .model2 = 模型2
    .model2-description = 第二个模型
    .model3 = 模型3
    .model3-description = 第三个模型（可不选）
    .model4 = 模型4
    .model4-description = 第四个模型（可不选）
    .size = 尺寸
    .size-description = 比例（如 16:9）；各模型使用自己支持的最接近的比例
    .style = 风格
    .style-description = 图片的风格，例如水彩画；“none”表示不用风格
    .private = 私密
    .private-description = 结果仅自己可见

cmd-edit = 编辑
    .description = 编辑一张图片
    .prompt = 提示词
    .prompt-description = 要改什么；不填则在弹出的表单中填写
    .image = 图片
    .image-description = 要编辑的图片；不选则在弹出的表单中上传
    .image_url = 图片链接
    .image_url-description = 或填写图片链接：Discord 附件或任意公开图片均可
    .model = 模型
    .model-description = 要使用的模型
    .size = 尺寸
    .size-description = 结果的比例；不填则与所附图片相同，没有附图则为方形
    .private = 私密
    .private-description = 结果仅自己可见

cmd-show = 展示
    .description = 把自己的一张成品图再次发到这里
    .job = 图片
    .job-description = 输入提示词中的一个词

cmd-jobs = 任务
    .description = 查看正在生成、排队中和刚完成的图片

cmd-history = 历史
    .description = 浏览自己的图片
    .search = 搜索
    .search-description = 只看提示词包含这些文字的图片
    .starred = 星标
    .starred-description = 只看加了星标的图片

cmd-preferences = 设置
    .description = 设置默认模型、尺寸、图片数量、风格、私密和完成提醒

cmd-usage = 用量
    .description = 查看用量，以及限额还剩多少

cmd-style = 风格
    .description = 管理此服务器的自定义风格

cmd-style-add = 添加
    .description = 为此服务器添加一个自定义风格

cmd-style-edit = 修改
    .description = 修改此服务器的一个自定义风格
    .name = 名称
    .name-description = 风格的名称

cmd-style-remove = 删除
    .description = 删除此服务器的一个自定义风格
    .name = 名称
    .name-description = 风格的名称

cmd-block = 封禁
    .description = 禁止某位用户在此服务器生成图片
    .user = 用户
    .user-description = 要封禁的用户；若对方已离开服务器，请粘贴其用户 ID
    .duration = 时长
    .duration-description = 封禁时长，例如 12h、3d 或 2w；不填则没有期限
    .reason = 原因
    .reason-description = 封禁原因；其他管理员可以看到
    .everywhere = 所有服务器
    .everywhere-description = 对所有服务器生效；仅限机器人运营者使用

cmd-unblock = 解除封禁
    .description = 解除封禁，让用户可以重新生成图片
    .user = 用户
    .user-description = 要解除封禁的用户；若对方已离开服务器，请粘贴其用户 ID
    .everywhere = 所有服务器
    .everywhere-description = 对所有服务器生效；仅限机器人运营者使用

cmd-blocked = 封禁名单
    .description = 查看此服务器的封禁名单
    .everywhere = 所有服务器
    .everywhere-description = 查看全局封禁名单；仅限机器人运营者使用

cmd-why = 查原因
    .description = 查看某位成员能否在这里生成图片，如果不能，是受哪条规则限制
    .user = 用户
    .user-description = 要查询的成员

cmd-settings = 服务器设置
    .description = 设置此服务器的规则：模型、限额、屏蔽词、频道和身份组

cmd-help = 帮助
    .description = 查看在这里能做什么，并直接开始

cmd-privacy = 隐私
    .description = 查看机器人保存了关于你的哪些信息，并可导出或清除

menu-edit-image = 编辑图片
menu-remix-prompt = 改编提示词

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev：又快又便宜
model-flux-pro = FLUX.1 pro：细节更精细
model-flux-pro-1-1 = FLUX 1.1 pro：细节更精细
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra：图片尺寸最大
model-flux-2-klein = FLUX.2 klein：速度最快
model-flux-2-flex = FLUX.2 flex：擅长图中文字
model-flux-2-pro = FLUX.2 pro：全能之选
model-flux-2-max = FLUX.2 max：画质最佳
model-flux-kontext-pro = FLUX Kontext pro：编辑图片
model-flux-kontext-max = FLUX Kontext max：编辑图片，细节最精细
