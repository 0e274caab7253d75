## Finding a workshop: filters, lists, searches.

workshops-hub =
    <b>Мастерские УПК</b>

    Напишите, что ищете, или выберите, как искать.
workshops-chosen = Выбрано: { $what }
workshops-chosen-query = Поиск: <b>{ $query }</b>
workshops-chosen-free = только со свободными местами
workshops-chosen-near = сначала ближние
workshops-chosen-distance = расстояние от вас

workshops-button-show =
    { $count ->
        [one] 📋 Показать { $count } мастерскую
        [few] 📋 Показать { $count } мастерские
       *[many] 📋 Показать { $count } мастерских
    }
workshops-button-show-found =
    { $count ->
        [one] 📋 Показать, что нашлось: { $count }
        [few] 📋 Показать, что нашлось: { $count }
       *[many] 📋 Показать, что нашлось: { $count }
    }
workshops-button-show-list = 📋 Показать список
workshops-button-near = 📍 Рядом со мной
workshops-button-municipality = Муниципалитет
workshops-button-track = Направление
workshops-button-grade = Класс
workshops-button-day = Дата
workshops-button-free = Только со свободными местами
workshops-button-free-off = ✓ Только со свободными местами – убрать
workshops-button-access = Доступная среда
workshops-button-reset = Сбросить всё
workshops-button-any = Не важно
workshops-button-filters = 🔎 Фильтры
workshops-button-need-off = ✓ { $what } – убрать
workshops-button-loosen =
    { $count ->
        [one] Без фильтров: { $count } занятие
        [few] Без фильтров: { $count } занятия
       *[many] Без фильтров: { $count } занятий
    }
workshops-button-tell = 🔔 Сообщить, когда появится
workshops-button-everything = Искать по-другому
workshops-button-home = От моего муниципалитета
workshops-button-send-location = 📍 Отправить, где я

workshops-found =
    { $count ->
        [one] <b>Нашлась { $count } мастерская</b>
        [few] <b>Нашлось { $count } мастерские</b>
       *[many] <b>Нашлось { $count } мастерских</b>
    }
workshops-found-query =
    { $count ->
        [one] По запросу «{ $query }» нашлось <b>{ $count } занятие</b>
        [few] По запросу «{ $query }» нашлось <b>{ $count } занятия</b>
       *[many] По запросу «{ $query }» нашлось <b>{ $count } занятий</b>
    }
workshops-suggestion = Ищу: «{ $query }».
workshops-line =
    { $number }. <b>{ $title }</b>
    { $when }
    { $town } · { $places }
workshops-line-dateless =
    { $number }. <b>{ $title }</b>
    { $town } · { $when }
workshops-line-no-date = новых занятий пока нет
workshops-line-town-distance = { $town }, { $distance }
workshops-line-forum = форум, { $town }
workshops-empty = <b>Ничего не нашлось.</b> Уберите часть фильтров, или я напишу, когда что-то появится.
workshops-empty-query = По запросу «{ $query }» <b>ничего не нашлось.</b> Напишите иначе, или я напишу, когда что-то появится.
workshops-told = Хорошо! Напишу, как только что-то подходящее появится.
workshops-toast-told = Сообщу, когда появится

workshops-ask-municipality = <b>Где?</b> В скобках – сколько мастерских.
workshops-ask-track = <b>Какое направление?</b>
workshops-ask-grade = <b>Для какого класса?</b>
workshops-ask-day = <b>В какой день?</b>
workshops-no-days = С этими фильтрами занятий в ближайшие дни нет.
workshops-ask-access = <b>Доступная среда.</b> Отметьте, что нужно: покажу только такие площадки.
workshops-ask-near = <b>Рядом со мной.</b> Откуда считать? Точное место я не сохраню.
workshops-ask-location = <b>Рядом со мной.</b> Кнопка внизу экрана отправит, где вы. Точное место я не сохраню.
workshops-send-location = Нажмите кнопку внизу экрана.
workshops-located = Спасибо! Показываю, что ближе.

workshops-appeared =
    { $count ->
        [one] 🔔 <b>Появилось то, что вы ждали:</b> «{ $title }». Есть места.
        [few] 🔔 <b>Появилось то, что вы ждали:</b> «{ $title }» и другие, всего { $count } занятия. Есть места.
       *[many] 🔔 <b>Появилось то, что вы ждали:</b> «{ $title }» и другие, всего { $count } занятий. Есть места.
    }
workshops-button-look = Посмотреть
