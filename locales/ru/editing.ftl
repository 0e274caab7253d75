## «Найти и изменить»: coordinators edit the programme in the chat.

editing-button-open = 🔎 Найти и изменить
editing-find =
    <b>Найти и изменить</b>

    Напишите, что ищете: название, площадку, город или код занятия. Или выберите день.
editing-span-today = Сегодня
editing-span-tomorrow = Завтра
editing-span-week = Неделя
editing-none-today = Сегодня занятий больше нет. Выберите другой день или напишите, что ищете.
editing-none-tomorrow = Завтра занятий нет. Выберите другой день или напишите, что ищете.
editing-none-week = В ближайшие семь дней занятий нет. Напишите, что ищете.
editing-found = <b>Нашлось по запросу «{ $query }»</b>
editing-found-line = { $number }. <b>{ $title }</b> – { $place }
editing-found-nothing = По запросу «{ $query }» у вас <b>ничего не нашлось.</b> Напишите иначе: одно-два слова из названия.
editing-slots = <b>{ $span }</b>
editing-slot-line =
    { $number }. <b>{ $title }</b>
    { $when } · { $place } · { $taken }
editing-taken = занято { $taken } из { $capacity }
editing-taken-waiting = занято { $taken } из { $capacity }, ждут { $waiting }
editing-taken-over = занято { $taken } из { $capacity }, лишних { $over }
editing-taken-unlimited = записано { $taken }
editing-taken-cancelled = отменено

editing-activity =
    <b>{ $title }</b>
    { $place }
editing-activity-slots = Выберите занятие.
editing-activity-empty = Новых занятий пока нет.
editing-led-by = <b>Ведёт:</b> { $who }
editing-led-by-nobody = <b>Ведёт:</b> не указано
editing-mentors-linked = <b>Видит записи:</b> { $names }

editing-slot =
    <b>{ $title }</b>
    { $when }
    { $where }
editing-state-cancelled = ❌ <b>Занятие отменено.</b>
editing-state-reason = Почему: { $reason }
editing-state-over = Это занятие уже прошло: менять его незачем.
editing-state-places = <b>Мест:</b> { $capacity }, занято { $taken }.
editing-state-unlimited = <b>Мест:</b> без ограничений, записано { $taken }.
editing-state-overbooked =
    { $over ->
        [one] ⚠️ Записано на { $over } место больше, чем есть. Запись остаётся у всех.
        [few] ⚠️ Записано на { $over } места больше, чем есть. Запись остаётся у всех.
       *[many] ⚠️ Записано на { $over } мест больше, чем есть. Запись остаётся у всех.
    }
editing-state-waiting =
    { $count ->
        [one] <b>В листе ожидания:</b> { $count } место.
        [few] <b>В листе ожидания:</b> { $count } места.
       *[many] <b>В листе ожидания:</b> { $count } мест.
    }
editing-state-unsent =
    { $count ->
        [one] ⏳ <b>Ещё не разослано:</b> { $count } правка.
        [few] ⏳ <b>Ещё не разослано:</b> { $count } правки.
       *[many] ⏳ <b>Ещё не разослано:</b> { $count } правок.
    }

editing-ask-what = <b>Что изменить?</b>
editing-ask-time =
    <b>Когда теперь?</b> Напишите, например: <i>12.10 15:00–16:30</i>. Можно только часы или только день. Или сдвиньте кнопкой.
editing-when-unreadable = Не понял время. Напишите так: <i>12.10 15:00–16:30</i>.
editing-when-no-such-day = Такого дня нет в календаре. Напишите так: <i>12.10 15:00–16:30</i>.
editing-when-backwards = Конец должен быть позже начала и в тот же день. Напишите так: <i>15:00–16:30</i>.
editing-when-past = Это время уже прошло. Выберите время в будущем.
editing-when-far = Это слишком далеко. Проверьте год.
editing-ask-place =
    <b>{ $title }</b>
    Сейчас: { $place }

    <b>Где теперь?</b> Выберите площадку или напишите её название. Место изменится у всех будущих занятий.
editing-places-found = Подходит к «{ $query }»:
editing-places-none = Другой площадки «{ $query }» у вас нет. Напишите иначе.
editing-places-empty = Других площадок у вас нет. Добавить их можно в таблице программы.
editing-ask-room = <b>Какой теперь кабинет?</b> Напишите, например: <i>каб. 5</i>.
editing-room-long = Слишком длинно. Напишите короче.
editing-ask-capacity = <b>Сколько теперь мест?</b> Напишите число или выберите.
editing-now-places = Сейчас мест: { $capacity }, занято { $taken }.
editing-now-unlimited = Сейчас места не ограничены.
editing-capacity-unreadable = Нужно число от 1 до 100 000.
editing-mentors = <b>{ $title }: наставник</b>
editing-mentors-explained = Отметьте, кто ведёт: эти люди увидят записи, смогут отметить пришедших и предупредить об опоздании.
editing-mentors-none = Людей с ролью наставника у вас пока нет. Пригласите их: «Координатору» → «Роли».
editing-ask-which-text =
    <b>{ $title }</b>

    Какой текст изменить? Он изменится у всех занятий.
editing-text-line = <b>{ $what }:</b> { $text }
editing-text-line-empty = <b>{ $what }:</b> пусто
editing-ask-text =
    <b>{ $title }</b>

    <b>{ $what }.</b> Напишите новый текст.
editing-text-now =
    Сейчас:
    <blockquote>{ $text }</blockquote>
editing-text-long =
    { $limit ->
        [one] Слишком длинно: самое большее { $limit } знак.
        [few] Слишком длинно: самое большее { $limit } знака.
       *[many] Слишком длинно: самое большее { $limit } знаков.
    }
editing-text-empty = Здесь нужен текст.
editing-ask-reason = <b>Почему отменяем?</b> Это прочитают все, кто записан. Выберите или напишите своими словами.
editing-reason-1 = Наставник заболел
editing-reason-2 = Авария на площадке
editing-reason-3 = Непогода, дороги закрыты
editing-reason-4 = Мало записавшихся

editing-add-time =
    <b>Новое занятие: { $title }</b>

    <b>Когда?</b> Напишите, например: <i>12.10 15:00–16:30</i>.
editing-add-places =
    <b>Новое занятие: { $title }</b>
    { $when }

    <b>Сколько мест?</b> Напишите число или выберите.
editing-add-room =
    <b>Новое занятие: { $title }</b>
    { $when }

    <b>Какой кабинет?</b> Напишите, например: <i>каб. 5</i>.

editing-preview = <b>Проверьте правку</b>
editing-preview-title = <b>{ $title }</b>
editing-preview-when = { $when }
editing-nothing = нет
editing-unlimited = без ограничений
editing-changed-time = <b>Время:</b> { $old } → <b>{ $new }</b>
editing-changed-room = <b>Кабинет:</b> { $old } → <b>{ $new }</b>
editing-changed-capacity = <b>Мест:</b> { $old } → <b>{ $new }</b>
editing-changed-place = <b>Место:</b> { $old } → <b>{ $new }</b>
editing-changed-new-place = <b>Место:</b> теперь <b>{ $new }</b>
editing-changed-cancel = ❌ <b>Занятие отменяется.</b>
editing-changed-cancel-reason = ❌ <b>Занятие отменяется.</b> Почему: { $reason }
editing-changed-restore = ✅ <b>Занятие снова состоится.</b>
editing-changed-add =
    ➕ <b>Новое занятие:</b> { $when }
    <b>Мест:</b> { $places }
    <b>Кабинет:</b> { $room }
    <b>Код:</b> { $code }
editing-changed-text =
    <b>{ $what }</b>
    Было: { $old }
    Станет: <b>{ $new }</b>
editing-what-title = Название
editing-what-description = Описание
editing-what-led-by = Кто ведёт
editing-what-bring = Что взять
editing-what-safety = Безопасность
editing-over =
    { $over ->
        [one] ⚠️ Занято { $taken }, а мест станет { $capacity }: лишнее { $over }. Запись остаётся у всех, новых не возьму.
        [few] ⚠️ Занято { $taken }, а мест станет { $capacity }: лишних { $over }. Запись остаётся у всех, новых не возьму.
       *[many] ⚠️ Занято { $taken }, а мест станет { $capacity }: лишних { $over }. Запись остаётся у всех, новых не возьму.
    }
editing-promoted =
    { $count ->
        [one] Из листа ожидания место сразу получит { $count } человек: я ему напишу.
        [few] Из листа ожидания места сразу получат { $count } человека: я им напишу.
       *[many] Из листа ожидания места сразу получат { $count } человек: я им напишу.
    }
editing-clashing =
    { $count ->
        [one] У { $count } человека в это время другая запись: в сообщении будет «Заменить запись».
        [few] У { $count } человек в это время другая запись: в сообщении будет «Заменить запись».
       *[many] У { $count } человек в это время другая запись: в сообщении будет «Заменить запись».
    }
editing-slots-moved =
    { $count ->
        [one] Место изменится у { $count } занятия.
        [few] Место изменится у { $count } занятий.
       *[many] Место изменится у { $count } занятий.
    }
editing-other-municipality = ⚠️ Это другой муниципалитет: { $name }.
editing-readers =
    { $count ->
        [one] <b>Сообщение получит { $count } человек.</b>
        [few] <b>Сообщение получат { $count } человека.</b>
       *[many] <b>Сообщение получат { $count } человек.</b>
    }
editing-readers-nobody = <b>Писать некому:</b> на занятие никто не записан.
editing-readers-none-reachable =
    { $count ->
        [one] <b>Сообщение не получит никто.</b> { $count } человеку написать нельзя: он в списке для звонков.
        [few] <b>Сообщение не получит никто.</b> { $count } людям написать нельзя: они в списке для звонков.
       *[many] <b>Сообщение не получит никто.</b> { $count } людям написать нельзя: они в списке для звонков.
    }
editing-readers-unreachable =
    { $count ->
        [one] Ещё { $count } человеку написать нельзя: он в списке для звонков.
        [few] Ещё { $count } людям написать нельзя: они в списке для звонков.
       *[many] Ещё { $count } людям написать нельзя: они в списке для звонков.
    }
editing-readers-letter =
    Вот что прочитают:
    <blockquote>{ $letter }</blockquote>
editing-readers-later =
    { $minutes ->
        [one] Уйдёт через { $minutes } минуту, вместе с другими правками. До этого правку можно отменить.
        [few] Уйдёт через { $minutes } минуты, вместе с другими правками. До этого правку можно отменить.
       *[many] Уйдёт через { $minutes } минут, вместе с другими правками. До этого правку можно отменить.
    }
editing-readers-as-before = Сообщений не будет: для записанных ничего не меняется.
editing-readers-card = Сообщений о правке не будет: её увидят в карточке.

editing-applied = ✅ <b>Готово</b>
editing-made = <b>{ $title }</b>
editing-applied-told =
    { $minutes ->
        [one] Сообщение уйдёт через { $minutes } минуту. Получателей: { $count }.
        [few] Сообщение уйдёт через { $minutes } минуты. Получателей: { $count }.
       *[many] Сообщение уйдёт через { $minutes } минут. Получателей: { $count }.
    }
editing-applied-quiet =
    { $minutes ->
        [one] Отменить правку можно ещё { $minutes } минуту.
        [few] Отменить правку можно ещё { $minutes } минуты.
       *[many] Отменить правку можно ещё { $minutes } минут.
    }
editing-undone = ↩️ <b>Правка отменена: { $title }</b>
editing-sent = 📨 <b>Рассылаю: { $title }</b>

editing-unsent = <b>Ещё не разослано</b>
editing-unsent-none = Всё разослано: неотправленных правок нет.
editing-unsent-left =
    { $minutes ->
        [one] Осталась { $minutes } минута. Кто изменил: { $author }
        [few] Осталось { $minutes } минуты. Кто изменил: { $author }
       *[many] Осталось { $minutes } минут. Кто изменил: { $author }
    }
editing-unsent-imported =
    { $count ->
        [one] Из загруженного файла: { $count } занятие. Напишу в течение 10 минут.
        [few] Из загруженного файла: { $count } занятия. Напишу в течение 10 минут.
       *[many] Из загруженного файла: { $count } занятий. Напишу в течение 10 минут.
    }
editing-somebody = оператор

editing-problem-not-there = Такого занятия или площадки больше нет. Найдите нужное заново.
editing-problem-over = Это занятие уже прошло: менять его незачем.
editing-problem-nothing-new = Так уже и есть: менять нечего.
editing-problem-already-there = В это время у мастерской уже есть занятие.
editing-problem-outdated = ⚠️ Пока вы смотрели, занятие изменили. Проверьте ещё раз.
editing-problem-stale = Эта правка уже применена или устарела. Вот как сейчас.
editing-problem-too-late = Отменить уже нельзя: правку разослали или отменили раньше. Если нужно, измените занятие ещё раз.
editing-problem-edited-since = Поверх этой правки сделали другую. Отмените сначала её или измените занятие ещё раз.
editing-problem-booked = На новое занятие уже записались. Отмените его с причиной: людям придёт сообщение.

editing-toast-applied = Применено
editing-toast-undone = Правка отменена
editing-toast-sent = Рассылаю
editing-toast-linked = Сохранено
editing-button-unsent = ⏳ Ещё не разослано
editing-button-slot = { $when } · { $taken }
editing-button-add = ➕ Добавить занятие
editing-button-change = ✏️ Изменить
editing-button-cancel = ❌ Отменить занятие
editing-button-restore = ✅ Вернуть занятие
editing-button-answers = 👥 Кто придёт
editing-button-all-slots = Все занятия
editing-button-time = Время
editing-button-room = Кабинет
editing-button-capacity = Число мест
editing-button-place = Площадка
editing-button-mentors = Наставник
editing-button-texts = Тексты
editing-button-led-by = ✏️ Кто ведёт: текст в карточке
editing-button-mentor-on = { $name }
editing-button-mentor-off = ✓ { $name } – убрать
editing-button-shift-back-30 = −30 минут
editing-button-shift-on-30 = +30 минут
editing-button-shift-on-60 = +1 час
editing-button-shift-on-1440 = +1 день
editing-button-shift-on-10080 = +1 неделя
editing-button-no-room = Без кабинета
editing-button-unlimited = Без ограничений
editing-button-clear = Убрать текст
editing-button-no-reason = Без причины
editing-button-next-week = Ещё через неделю: { $when }
editing-button-apply = ✅ Применить
editing-button-undo = ↩️ Отменить правку
editing-button-send-now = 📨 Разослать сейчас
editing-button-to-slot = К занятию
editing-button-to-activity = К мастерской
editing-button-more = Изменить другое
editing-needs-second =
    { $count ->
        [one] <b>Пока ничего не изменилось: об этом узнает { $count } человек.</b>
        [few] <b>Пока ничего не изменилось: об этом узнают { $count } человека.</b>
       *[many] <b>Пока ничего не изменилось: об этом узнают { $count } человек.</b>
    } Когда их больше { $large }, решают двое. Попросите другого координатора всего края сделать такую же правку за сутки: тогда она запишется.
