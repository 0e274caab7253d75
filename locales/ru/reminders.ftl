## «Напоминания»: when to remind, silence and pause.

reminders-title = <b>Напоминания</b>
reminders-chosen = Напоминаю о занятиях: { $list }.
reminders-none = Напоминания выключены. О переносе, отмене и освободившемся месте я всё равно напишу.
reminders-paused = ⏸ <b>Пауза до { $day }.</b> До этого дня не напоминаю и не присылаю объявления: пропущенные потом не придут. О переносе, отмене и освободившемся месте напишу.
reminders-explained = Нажмите, чтобы включить или выключить. Ночью не пишу: что пришлось бы на ночь, приходит в 20:00 накануне.

reminders-when-week = за неделю
reminders-when-evening = вечером накануне
reminders-when-morning = утром в этот день
reminders-when-two-hours = за 2 часа
reminders-when-half-hour = за 30 минут

reminders-label-week = За неделю
reminders-label-evening = Вечером накануне
reminders-label-morning = Утром в этот день
reminders-label-two-hours = За 2 часа
reminders-label-half-hour = За 30 минут
reminders-button-is-on = ✓ { $when }: включено
reminders-button-is-off = { $when }: выключено
reminders-button-silence = Выключить все
reminders-button-pause-tomorrow = Пауза до завтра
reminders-button-pause-week = Пауза на неделю
reminders-button-pause-month = Пауза на месяц
reminders-button-resume = Снять паузу

reminders-toast-on = Включено: { $when }
reminders-toast-off = Выключено: { $when }
reminders-toast-silenced = Все напоминания выключены
reminders-toast-paused = Пауза до { $day }. Объявления за это время не придут и потом
reminders-toast-resumed = Пауза снята
reminders-toast-past = Этот день уже прошёл. Выберите паузу заново
