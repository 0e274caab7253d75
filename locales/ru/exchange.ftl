## The programme in and out in the chat: «Программа из файла», «Шаблон», «Выгрузить».

exchange-button-open = 📥 Программа из файла
exchange-button-export = 📤 Выгрузить
exchange-button-template = Шаблон
exchange-button-workbook = Таблица Excel (.xlsx)
exchange-button-schedule = Форум для календарей (schedule.json)
exchange-button-apply = ✅ Применить
exchange-button-drop = Отмена

exchange-title =
    <b>Программа из файла</b>

    Пришлите таблицу .xlsx прямо в чат. Сначала я покажу, что изменится, и ничего не трону без кнопки «Применить».

    Таблицы ещё нет? Возьмите «Шаблон». Программа уже есть? «Выгрузить» пришлёт её таблицей: исправьте и верните.

    Ещё подойдут: один лист в .csv и расписание конференции schedule.json.
exchange-export =
    <b>Выгрузить программу</b>

    Таблицу можно исправить и прислать обратно: изменится только то, что вы правили.
    schedule.json показывает форум в приложениях-календарях конференций.

exchange-reading = Читаю…
exchange-checking = Проверяю…
exchange-applying = Записываю…
exchange-unusable =
    <b>Файл не подошёл</b>

    { $problem }
exchange-file-gone = Telegram не отдаёт этот файл. Пришлите его ещё раз.
exchange-no-file = Файла к этой проверке уже нет в чате. Пришлите его ещё раз.
exchange-preview = <b>{ $name }</b> проверен. Пока ничего не записано.
exchange-changed-since = <b>Программа изменилась, пока вы смотрели.</b> Я ничего не записал. Проверьте ещё раз.
exchange-whole-below = Всё целиком – в файле ниже.
exchange-report-name = Проверка.txt
exchange-applied =
    <b>Готово, программа обновлена.</b>

    Новое: { $new }. Изменено: { $changed }.
exchange-applied-before = <b>Этот файл уже записан.</b> Нового в нём нет.
exchange-told = { $count ->
    [one] { $count } человек узнает
    [few] { $count } человека узнают
   *[many] { $count } человек узнают
} об изменениях через 10 минут: за это время правку можно дополнить новым файлом.
exchange-left-out = { $count ->
    [one] Осталась { $count } ошибка: строка с ней не записана
    [few] Остались { $count } ошибки: строки с ними не записаны
   *[many] Осталось { $count } ошибок: строки с ними не записаны
}. Исправьте и пришлите файл ещё раз.
exchange-dropped = Хорошо, ничего не изменилось.

exchange-template-name = Шаблон программы.xlsx
exchange-template =
    Заполните листы и пришлите файл сюда. Примеры строк – на листе «Подсказки», его трогать не нужно. Пояснения – в заметках на заголовках.
exchange-workbook-name = Программа { $day }.xlsx
exchange-workbook = Вся программа. Исправьте и пришлите обратно. Коды не меняйте: по ним я узнаю строки.
exchange-schedule = Расписание форума для приложений.
exchange-schedule-title = Форум
exchange-no-sessions = Мероприятий форума пока нет.
