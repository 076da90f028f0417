# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = 이 메시지를 삭제할까요? 다른 사람에게도 더 이상 보이지 않아요.
remove-ask-own = 이 메시지를 삭제할까요? 다른 사람에게도 더 이상 보이지 않아요. 이미지는 내 /{ cmd-history }에 남아 있고, 거기서 완전히 삭제할 수도 있어요.
removed = 메시지를 삭제했어요.
removed-own = 메시지를 삭제했어요. 이미지는 내 /{ cmd-history }에 그대로 있어요.
remove-again = 메시지를 삭제하지 못했어요. 그 메시지에서 ‘{ button-delete }’ 항목을 다시 선택해 주세요.
not-yours-to-remove = 요청한 사람이나 관리자만 메시지를 삭제할 수 있어요.

# --- Delete for good ---

button-erase = 완전히 삭제
erase-ask = **완전히 삭제할까요?** 프롬프트, 링크, 결과 메시지가 삭제되고 내 /{ cmd-history }에서도 사라져요. 되돌릴 수 없어요. 저장했거나 다시 올린 사본은 그대로 남아요.
erased = 완전히 삭제했어요.
erased-message-left = 완전히 삭제했지만, 결과 메시지는 봇이 삭제할 수 없어요. 직접 삭제하거나 닫아 주세요.
erase-too-early = 만들거나 올리는 중에는 완전히 삭제할 수 없어요. 잠시 후 다시 시도해 주세요.
not-yours-to-erase = 요청한 사람만 완전히 삭제할 수 있어요.
job-erased = 이 요청이 삭제되어 이미지의 생성 정보가 남아 있지 않아요.
