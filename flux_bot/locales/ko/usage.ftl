# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### 내 사용량
usage-today = **오늘**: { $use }
usage-this-month = **이번 달**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count }장 · { $cost }
usage-limit-member-day = 오늘 이 서버에서 남은 이미지: { $allowed }장 중 { $left }장(초기화: { $when })
usage-limit-user-day = 오늘 모든 서버를 합쳐 남은 이미지: { $allowed }장 중 { $left }장(초기화: { $when })
usage-no-limits = 여기에서는 한도가 없어요.
usage-note = -# 하루와 한 달은 자정({ $zone })에 시작돼요. 진행 중인 이미지는 예상 비용으로 계산해요.

# --- for managers: the server ---

usage-server-title = ### 이 서버
usage-limit-server-month = 이번 달 이 서버에 남은 크레딧: { $allowed } 중 { $left }(초기화: { $when })
usage-last-days = **최근 { $count }일**: { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }: { $use }
usage-models = **모델**
# Also in the chart, so it should be short.
usage-other-models = 그 외 모델 { $count }개
usage-members = **멤버**
usage-other-members = 그 외 멤버
usage-erased = 데이터를 삭제한 사용자
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = { $first }부터 { $last }까지 만든 이미지 수를 날짜별, 모델별로 나타낸 막대그래프. 날짜별 이미지 수: { $days }. 모델별 이미지 수: { $models }.
usage-no-chart = -# 지금은 그래프를 그릴 수 없어서 숫자만 보여 드려요.

# --- for the operator: the bot ---

usage-bot-title = ### 봇 예산
usage-limit-budget-day = 오늘 남은 크레딧: { $allowed } 중 { $left }(초기화: { $when })
usage-limit-budget-month = 이번 달 남은 크레딧: { $allowed } 중 { $left }(초기화: { $when })

# --- in /help ---

help-usage = 📊 **사용량 확인하기**: /{ cmd-usage } 명령어로 얼마나 썼고 얼마나 남았는지 확인할 수 있어요.
help-privacy = 🗂️ **내 데이터**: /{ cmd-privacy } 명령어로 저장된 내용을 확인하고 내보내거나 삭제할 수 있어요.
