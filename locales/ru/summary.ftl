## «Сводка»: numbers in words, and pictures of them for coordinators.

summary-button-open = 📊 Сводка
summary-title =
    <b>Сводка</b>
    { $where }, на { $now }
summary-everywhere = Все муниципалитеты

summary-programme = <b>Программа:</b> { $workshops }, { $forum }. Впереди { $slots }.
summary-workshops =
    { $count ->
        [one] { $count } мастерская
        [few] { $count } мастерские
       *[many] { $count } мастерских
    }
summary-forum =
    { $count ->
        [one] { $count } мероприятие форума
        [few] { $count } мероприятия форума
       *[many] { $count } мероприятий форума
    }
summary-slots =
    { $count ->
        [one] { $count } занятие
        [few] { $count } занятия
       *[many] { $count } занятий
    }
summary-fill = <b>Места:</b> занято { $taken } из { $places } ({ $percent } %).
summary-unlimited = Там, где мест без ограничения, записано { $count }.
summary-waiting = В листах ожидания: { $count }.
summary-people = <b>Люди:</b> { $list }.
summary-people-none = <b>Люди:</b> пока никто не зарегистрирован.
summary-role-student =
    { $count ->
        [one] { $count } ученик
        [few] { $count } ученика
       *[many] { $count } учеников
    }
summary-role-teacher =
    { $count ->
        [one] { $count } педагог
        [few] { $count } педагога
       *[many] { $count } педагогов
    }
summary-role-mentor =
    { $count ->
        [one] { $count } наставник
        [few] { $count } наставника
       *[many] { $count } наставников
    }
summary-role-parent =
    { $count ->
        [one] { $count } родитель
        [few] { $count } родителя
       *[many] { $count } родителей
    }
summary-role-coordinator =
    { $count ->
        [one] { $count } координатор
        [few] { $count } координатора
       *[many] { $count } координаторов
    }
summary-unreachable = Из них закрыли бот, и сообщения им не приходят: { $count }.
summary-bookings = <b>Новые записи:</b> сегодня { $today }, с понедельника { $week }.
summary-answers = <b>Сегодня и завтра:</b> «приду» – { $coming }, «не приду» – { $away }, не ответили – { $silent }.
summary-no-shows = <b>Не пришли за 30 дней:</b> { $absent } из { $marked } отмеченных ({ $percent } %).
summary-no-shows-unmarked = <b>Не пришли за 30 дней:</b> наставники пока никого не отметили.
summary-pictures = Картинки – по кнопкам:

summary-button-fill = Сколько мест занято
summary-button-sign-ups = Записи по дням
summary-button-waiting = Листы ожидания
summary-button-no-shows = Кто не пришёл
summary-button-renew = Обновить
summary-button-text = Сводка словами

summary-toast-painting = Рисую, это несколько секунд…
summary-nothing-fill = Впереди нет занятий с местами: рисовать нечего.
summary-nothing-sign-ups = За две недели никто не записался: рисовать нечего.
summary-nothing-waiting = Листы ожидания пусты: рисовать нечего.
summary-nothing-no-shows = За 30 дней никто не отмечен отсутствующим: рисовать нечего.
summary-no-picture = Картинка не получилась, вот числа словами.

summary-chart-fill = Сколько мест занято
summary-chart-sign-ups = Записи по дням
summary-chart-waiting = Листы ожидания
summary-chart-no-shows = Кто не пришёл
summary-chart-ahead = Занятия впереди. На { $now }
summary-chart-days = { $first } – { $last }. Сегодня ещё идёт
summary-chart-month = Занятия за 30 дней. На { $now }
summary-chart-tracks = По направлениям
summary-chart-municipalities = По муниципалитетам
summary-chart-municipalities-most =
    { $count ->
        [one] По муниципалитетам: { $count } самый большой
        [few] По муниципалитетам: { $count } самых больших
       *[many] По муниципалитетам: { $count } самых больших
    }
summary-value-fill = { $percent } % · { $taken } из { $places }
summary-value-waiting =
    { $count ->
        [one] ждут { $count } место
        [few] ждут { $count } места
       *[many] ждут { $count } мест
    }
summary-value-absent = { $absent } из { $marked } ({ $percent } %)
summary-label-slot = { $title } · { $when }
summary-label-activity = { $title } · { $town }

summary-caption-title =
    <b>{ $title }</b>
    { $subtitle }
summary-caption-line = • { $label }: { $value }
summary-caption-total-waiting = Всего в листах ожидания: { $count }.
summary-caption-total-absent = Всего: { $value }.
summary-caption-rest =
    { $count ->
        [one] Ещё { $count } строка – на картинке.
        [few] Ещё { $count } строки – на картинке.
       *[many] Ещё { $count } строк – на картинке.
    }
summary-file-name = svodka.png

summary-questions = <b>Вопросы:</b> ждут ответа { $waiting }, за неделю с ответом { $answered }.
summary-first-answer-minutes =
    { $count ->
        [one] Первый ответ обычно приходит через { $count } минуту.
        [few] Первый ответ обычно приходит через { $count } минуты.
       *[many] Первый ответ обычно приходит через { $count } минут.
    }
summary-first-answer-hours =
    { $count ->
        [one] Первый ответ обычно приходит через { $count } час.
        [few] Первый ответ обычно приходит через { $count } часа.
       *[many] Первый ответ обычно приходит через { $count } часов.
    }
