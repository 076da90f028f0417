style-none = 스타일 없음
style-label = { $name }: { $description }
no-such-style = “{ $typed }” 스타일은 없어요. 입력할 때 나타나는 목록에서 선택해 주세요.
several-styles = “{ $typed }”에 맞는 스타일이 여러 개예요(예: { $names }). 어떤 스타일을 사용할까요?
prompt-too-long-for-style = 이 스타일에서는 프롬프트를 { $limit }자까지 쓸 수 있어요. 줄이거나 다른 스타일을 사용해 주세요.
info-style = 스타일
info-final-prompt = 스타일을 더한 프롬프트
preferences-style = /{ cmd-imagine } 스타일
help-styles = 🖌️ **스타일 고르기**: /{ cmd-imagine } 명령어의 ‘{ cmd-imagine.style }’ 옵션에서 수채화, 픽셀 아트 등을 선택할 수 있어요. 서버 관리자는 /{ cmd-style } 명령어로 서버만의 스타일을 추가할 수 있어요.

form-style = 스타일
form-style-add = 새 스타일
form-style-edit = 스타일 변경
form-style-name = 이름
form-style-description = 설명
form-style-template = 템플릿
form-style-template-hint = 되도록 영어로 써 주세요. { $placeholder } 자리에 입력한 프롬프트가 들어가요.

style-example = 눈 속의 여우
style-saved = 💾 **저장했어요**: { $name }. 이제 /{ cmd-imagine } 명령어의 ‘{ cmd-imagine.style }’ 옵션에서 선택할 수 있어요.
style-preview = 미리보기: “{ $example }”라고 입력하면 이런 프롬프트가 돼요

styles-of-servers = 스타일은 서버마다 따로 관리되어 서버 안에서만 사용할 수 있는 기능이에요.
styles-not-allowed = *서버 관리하기* 권한이 있는 멤버만 이 서버의 스타일을 변경할 수 있어요.
style-without-name = 이름에는 글자, 숫자, 기호가 하나 이상 있어야 해요. 저장하지 않았어요.
style-name-too-long = 이름이 { $limit }자를 넘어요. 저장하지 않았어요.
style-description-too-long = 설명이 { $limit }자를 넘어요. 저장하지 않았어요.
style-template-too-long = 템플릿이 { $limit }자를 넘어서 프롬프트가 들어갈 자리가 부족해요. 저장하지 않았어요.
style-without-prompt = 템플릿에 { $placeholder } 표시를 한 번만 넣어 주세요. 그 자리에 입력한 프롬프트가 들어가요. 저장하지 않았어요.
style-name-taken = 같은 이름의 스타일이 이미 있어요. 다른 이름을 사용해 주세요. 저장하지 않았어요.
too-many-styles = 이 서버만의 스타일이 이미 { $limit }개라서 더 추가할 수 없어요. 먼저 하나를 삭제해 주세요.
style-gone = 수정하는 동안 이 스타일이 삭제되어 변경 내용을 저장하지 않았어요. 새 스타일로 저장할 수는 있어요.
no-such-own-style = 이 서버가 추가한 스타일 중에 “{ $typed }” 스타일은 없어요. 입력할 때 나타나는 목록에서 선택해 주세요.

button-style-remove = 스타일 삭제
style-remove-ask = 이 서버에서 { $name } 스타일을 삭제할까요? 이 스타일로 만든 이미지는 계속 다시 만들 수 있어요.
style-removed = { $name } 스타일을 삭제했어요.
