cmd-imagine = 만들기
    .description = 텍스트로 이미지를 만들어요
    .prompt = 프롬프트
    .prompt-description = 이미지에 담을 내용. ‘{ "{" }빨간|파란{ "}" } 자동차’라고 쓰면 각각 한 장씩 만들어요
    .model = 모델
    .model-description = 사용할 모델
    .size = 크기
    .size-description = 16:9 같은 비율 또는 픽셀 크기
    .count = 개수
    .count-description = 만들 이미지 수(1~4장)
    .style = 스타일
    .style-description = 수채화 같은 이미지 스타일. 사용하지 않으려면 ‘none’
    .private = 비공개
    .private-description = 결과를 나만 볼 수 있어요

cmd-compare = 비교
    .description = 프롬프트 하나로 모델마다 한 장씩 만들어 비교해요
    .prompt = 프롬프트
    .prompt-description = 이미지에 담을 내용
    .model1 = 모델1
    .model1-description = 첫 번째 모델
    .model2 = 모델2
    .model2-description = 두 번째 모델
    .model3 = 모델3
    .model3-description = 세 번째 모델(선택)
    .model4 = 모델4
    .model4-description = 네 번째 모델(선택)
    .size = 크기
    .size-description = 16:9 같은 비율. 모델마다 가장 가까운 비율로 만들어요
    .style = 스타일
    .style-description = 수채화 같은 이미지 스타일. 사용하지 않으려면 ‘none’
    .private = 비공개
    .private-description = 결과를 나만 볼 수 있어요

cmd-edit = 편집
    .description = 이미지를 편집해요
    .prompt = 프롬프트
    .prompt-description = 바꿀 내용. 비워 두면 입력 창이 열려요
    .image = 이미지
    .image-description = 편집할 이미지. 비워 두면 입력 창에서 올릴 수 있어요
    .image_url = 이미지_링크
    .image_url-description = 또는 이미지 링크. Discord 첨부 파일이나 공개된 이미지면 돼요
    .model = 모델
    .model-description = 사용할 모델
    .size = 크기
    .size-description = 결과의 비율. 비워 두면 첨부한 이미지와 같고, 첨부가 없으면 정사각형이에요
    .private = 비공개
    .private-description = 결과를 나만 볼 수 있어요

cmd-show = 보여주기
    .description = 완성된 내 이미지를 여기에 다시 올려요
    .job = 이미지
    .job-description = 프롬프트에 있는 단어를 입력하세요

cmd-jobs = 작업
    .description = 만드는 중이거나 대기 중이거나 방금 완성된 이미지를 확인해요

cmd-history = 기록
    .description = 내 이미지를 둘러봐요
    .search = 검색
    .search-description = 프롬프트에 이 단어가 들어간 이미지만 보기
    .starred = 별표
    .starred-description = 별표한 이미지만 보기

cmd-preferences = 설정
    .description = 기본 모델, 크기, 이미지 수, 스타일, 비공개, 완성 알림을 설정해요

cmd-usage = 사용량
    .description = 지금까지의 사용량과 남은 한도를 확인해요

cmd-style = 스타일
    .description = 이 서버만의 스타일을 관리해요

cmd-style-add = 추가
    .description = 이 서버만의 스타일을 추가해요

cmd-style-edit = 변경
    .description = 이 서버만의 스타일을 변경해요
    .name = 이름
    .name-description = 스타일 이름

cmd-style-remove = 삭제
    .description = 이 서버만의 스타일을 삭제해요
    .name = 이름
    .name-description = 스타일 이름

cmd-block = 차단
    .description = 사용자가 이 서버에서 이미지를 만들지 못하게 차단해요
    .user = 사용자
    .user-description = 대상 사용자. 서버를 나간 사람이면 사용자 ID를 붙여 넣으세요
    .duration = 기간
    .duration-description = 12h, 3d, 2w 같은 기간. 비워 두면 기한 없이 차단돼요
    .reason = 사유
    .reason-description = 차단 사유. 다른 관리자도 볼 수 있어요
    .everywhere = 모든서버
    .everywhere-description = 모든 서버에 적용해요. 봇 운영자만 사용할 수 있어요

cmd-unblock = 차단해제
    .description = 차단된 사용자가 다시 이미지를 만들 수 있게 해요
    .user = 사용자
    .user-description = 대상 사용자. 서버를 나간 사람이면 사용자 ID를 붙여 넣으세요
    .everywhere = 모든서버
    .everywhere-description = 모든 서버에 적용해요. 봇 운영자만 사용할 수 있어요

cmd-blocked = 차단목록
    .description = 이 서버에서 차단된 사람을 확인해요
    .everywhere = 모든서버
    .everywhere-description = 전체 차단 목록을 봐요. 봇 운영자만 사용할 수 있어요

cmd-why = 제한확인
    .description = 멤버가 여기서 이미지를 만들 수 있는지, 없다면 어떤 규칙 때문인지 확인해요
    .user = 사용자
    .user-description = 대상 멤버

cmd-settings = 서버설정
    .description = 이 서버의 규칙(모델, 한도, 금지어, 채널, 역할)을 설정해요

cmd-help = 도움말
    .description = 여기서 할 수 있는 일을 확인하고 바로 시작해요

cmd-privacy = 개인정보
    .description = 저장된 내 정보를 확인하거나 내보내거나 삭제해요

menu-edit-image = 이미지 편집
menu-remix-prompt = 프롬프트 리믹스

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev: 빠르고 저렴해요
model-flux-pro = FLUX.1 pro: 더 섬세해요
model-flux-pro-1-1 = FLUX 1.1 pro: 더 섬세해요
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra: 이미지가 가장 커요
model-flux-2-klein = FLUX.2 klein: 가장 빨라요
model-flux-2-flex = FLUX.2 flex: 이미지 속 글자를 잘 그려요
model-flux-2-pro = FLUX.2 pro: 두루두루 잘해요
model-flux-2-max = FLUX.2 max: 품질이 가장 좋아요
model-flux-kontext-pro = FLUX Kontext pro: 이미지를 편집해요
model-flux-kontext-max = FLUX Kontext max: 가장 섬세하게 편집해요
