# Vary, Star, and the list below a result's buttons.

button-vary = 변형
button-star = 별표 달기
button-unstar = 별표 떼기
result-more = 더 보기
# In small print; $parent as in result-rerolled.
result-varied = { $parent }의 변형
starred = ⭐ 별표를 달았어요. 오래된 요청이 지워져도 이 이미지는 내 /{ cmd-history }에 남아요.
unstarred = 별표를 뗐어요. 이 이미지도 오래되면 다른 요청처럼 자동으로 지워져요.
not-yours-to-star = 별표를 달면 요청한 사람의 기록에 이미지가 남기 때문에, 요청한 사람만 별표를 달 수 있어요. 직접 보관하려면 ‘{ button-save }’ 버튼을 사용해 주세요.

# --- /history ---

button-starred = 별표만 보기
button-all = 모든 이미지
history-starred-title = ### 별표한 이미지, { $page }/{ $pages }페이지
history-starred-search-title = ### “{ $search }” 검색 결과 중 별표한 이미지, { $page }/{ $pages }페이지
history-none-starred = 아직 별표한 이미지가 없어요. 내 이미지 아래 목록에서 ‘{ button-star }’ 항목을 선택해 보세요.
history-none-starred-found = 별표한 이미지 중에 검색어 “{ $search }”에 맞는 것이 없어요.
