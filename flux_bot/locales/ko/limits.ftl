blocked = 차단되어 있어서 여기에서는 이미지를 만들 수 없어요. 잘못된 차단이라면 관리자에게 문의해 주세요.
blocked-until = 차단되어 있어서 여기에서는 이미지를 만들 수 없어요. 차단은 { $ends }에 풀려요.
role-not-allowed = 여기에서는 다음 역할 중 하나가 있는 멤버만 이미지를 만들 수 있어요: { $roles }. 역할이 필요하면 관리자에게 문의해 주세요.
prompt-blocked = 여기 규칙에서 허용하지 않는 프롬프트라서 보내지 않았어요. 다른 내용으로 다시 적어 주세요.
model-not-offered-here = 이 서버에서는 그 모델을 사용할 수 없어요. 다음 중에서 선택해 주세요: { $models }.
no-model-offered-here = 이 서버에서 쓸 수 있는 모델 중에는 그 작업을 할 수 있는 것이 없어요. 필요하면 서버 관리자에게 문의해 주세요.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = 이미지 { $count }장
limit-member-day = 이 서버에서는 하루에 { $allowed }까지 만들 수 있어요. 지금 { $left }이 남았는데, 이 요청에는 { $needed }이 필요해요. 한도는 { $resets }에 초기화돼요.
limit-user-day = 모든 서버를 합쳐 하루에 { $allowed }까지 만들 수 있어요. 지금 { $left }이 남았는데, 이 요청에는 { $needed }이 필요해요. 한도는 { $resets }에 초기화돼요.
limit-server-month = 이 서버는 한 달에 { $allowed }까지 쓸 수 있어요. 지금 { $left }이 남았는데, 이 요청에는 약 { $needed }이 필요해요. 한도는 { $resets }에 초기화돼요.
limit-zero = 이 서버의 관리자가 한도를 0으로 정해서 여기서는 이미지를 만들 수 없어요. 잘못된 것 같으면 관리자에게 문의해 주세요.
limit-budget-day = 봇 전체가 하루에 쓸 수 있는 예산은 { $allowed }까지예요. 지금 { $left }이 남았는데, 이 요청에는 약 { $needed }이 필요해요. 예산은 { $resets }에 초기화돼요.
limit-budget-month = 봇 전체가 한 달에 쓸 수 있는 예산은 { $allowed }까지예요. 지금 { $left }이 남았는데, 이 요청에는 약 { $needed }이 필요해요. 예산은 { $resets }에 초기화돼요.
