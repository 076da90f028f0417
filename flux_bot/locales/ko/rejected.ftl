button-revise = 수정
expired-draft = 이 요청은 더 이상 남아 있지 않지만 프롬프트는 사라지지 않았어요. 이 메시지의 파일에서 복사한 뒤 명령어를 다시 사용해 주세요.
sent-already = 이미 진행 중인 요청이에요.
show-several = 여러 이미지가 일치해요. 어떤 이미지를 찾으시나요?
