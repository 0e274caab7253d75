## «Рассылки»: written, aimed, shown to oneself, sent, watched, corrected, reported.

broadcasts-button-new = 📣 Новая рассылка
broadcasts-button-list = Рассылки

broadcasts-list = <b>Рассылки</b>
broadcasts-list-empty = Рассылок пока не было.
broadcasts-list-line =
    { $number }. <b>{ $state }</b>, { $moment }
    { $said }
broadcasts-list-button = { $number }. { $said }
broadcasts-wordless = (без текста)
broadcasts-state-draft = Черновик
broadcasts-state-unconfirmed = Ждёт второго координатора
broadcasts-state-scheduled = Запланирована
broadcasts-state-sending = Идёт
broadcasts-state-paused = На паузе
broadcasts-state-held = Без автора
broadcasts-state-stopped = Остановлена
broadcasts-state-recalled = Отозвана
broadcasts-state-done = Отправлена

broadcasts-ask-content =
    <b>Новая рассылка</b>

    Пришлите её одним сообщением: текст с оформлением, фото, файл или альбом. Получатели увидят её такой же.

    { $variables }
broadcasts-ask-content-again =
    <b>Другой текст</b>

    Пришлите рассылку заново одним сообщением: текст, фото, файл или альбом. Кому и когда – останется как было.

    { $variables }
broadcasts-ask-correction =
    <b>Исправить</b>

    Пришлите новый текст. Сначала я покажу его вам, потом он заменит прежний и у тех, кто рассылку уже получил. Фото и файлы останутся.
broadcasts-not-content = Рассылка – это текст, фото, файл или альбом. Пришлите что-нибудь из этого.
broadcasts-not-correction = Исправить можно только текст. Пришлите его сообщением.

broadcasts-flaw-empty = Пустую рассылку не отправить: напишите хоть слово.
broadcasts-flaw-long = Текст слишком длинный: в одно сообщение помещается 4096 знаков, и ещё нужно место для имени и записи. Сократите и пришлите ещё раз.
broadcasts-flaw-long_caption = Под фото или файлом помещается 1024 знака, и ещё нужно место для имени и записи. Сократите текст или пришлите его без вложения.
broadcasts-flaw-mixed_album = В одном альбоме – только фото или только файлы. Пришлите их отдельно.
broadcasts-flaw-large_album = В альбоме помещается до 10 фото или файлов. Остальное – следующей рассылкой.
broadcasts-flaw-album_buttons = Под альбомом кнопок не бывает. Уберите кнопку и подтверждение или оставьте одно фото.
broadcasts-flaw-false_link = Ссылка написана как один адрес, а ведёт на другой. Напишите под ней слова или тот же адрес.
broadcasts-flaw-past = Исправить уже нельзя: рассылка ушла больше двух суток назад. Напишите новую.
broadcasts-flaw-elsewhere = Эта рассылка ушла туда, где вы больше не координатор. Исправить её вы не можете.
broadcasts-flaw-no_second = За сутки у вас больше 500 получателей. Такую рассылку подтверждает второй координатор всего края, а его пока нет. Нужен тот, кого пригласили не вы и кто не приглашал вас, и в роли он не меньше недели. Проще всего так: оператор бота впишет ещё одного координатора в COORDINATOR_IDS.
broadcasts-flaw-nobody = Получателей нет. Нажмите «Кому» и выберите, кому написать.
broadcasts-warning = ⚠️ { $what }
broadcasts-unknown-variable = Слово в скобках останется как есть: { $words }.

broadcasts-draft = <b>Черновик рассылки</b>
broadcasts-quoted = «{ $said }»
broadcasts-media-photo =
    { $count ->
        [one] Вложение: { $count } фото.
        [few] Вложение: { $count } фото.
       *[many] Вложение: { $count } фото.
    }
broadcasts-media-document =
    { $count ->
        [one] Вложение: { $count } файл.
        [few] Вложение: { $count } файла.
       *[many] Вложение: { $count } файлов.
    }
broadcasts-links = <b>Ссылки: куда ведут</b>
broadcasts-link = «{ $shown }» → { $target }
broadcasts-link-bare = { $target }
broadcasts-link-plain = (http: без защиты)
broadcasts-link-foreign = (⚠️ в адресе не только латинские буквы: { $host })
broadcasts-whom = <b>Кому:</b> { $who }
broadcasts-meant =
    { $count ->
        [one] <b>Получат:</b> { $count } человек
        [few] <b>Получат:</b> { $count } человека
       *[many] <b>Получат:</b> { $count } человек
    }
broadcasts-has-link = <b>Кнопка:</b> { $title }
broadcasts-has-topic = <b>Тема:</b> { $topic }. Получат и те, кто выбрал все темы.
broadcasts-has-receipt = <b>Подтверждение:</b> попросим нажать «Ознакомлен(а)».
broadcasts-has-urgent = <b>Срочно:</b> придёт и ночью. Почему: { $reason }

broadcasts-correction = <b>Исправление рассылки</b>
broadcasts-correction-for =
    { $count ->
        [one] Новый текст увидит { $count } человек, и тот, кто прочитал прежний.
        [few] Новый текст увидят { $count } человека, и те, кто прочитал прежний.
       *[many] Новый текст увидят { $count } человек, и те, кто прочитал прежний.
    }
broadcasts-button-put-right = Исправить у всех
broadcasts-held = <b>Рассылка на паузе: автор больше не координатор</b>
broadcasts-held-note = Возьмите её себе: она станет вашим черновиком, и вы отправите её сами. Или остановите.
broadcasts-button-adopt = Взять себе
broadcasts-handed-over = 📣 <b>Рассылка коллеги встала на паузу:</b> автор больше не координатор. Посмотрите и решите: продолжить или остановить.
broadcasts-past = Рассылка ушла больше двух суток назад, её уже не изменить. Нужно что-то поправить – напишите новую.
broadcasts-button-whom = 👥 Кому
broadcasts-button-content = ✏️ Текст
broadcasts-button-link = Кнопка
broadcasts-button-topic = Тема
broadcasts-button-receipt-off = Подтверждение: нет
broadcasts-button-receipt-on = ✓ Подтверждение: да
broadcasts-button-urgent = Срочно: нет
broadcasts-button-urgent-on = ✓ Срочно: да
broadcasts-button-preview = 👁 Показать мне
broadcasts-button-send = Отправить
broadcasts-button-throw-away = Удалить черновик
broadcasts-button-throw-away-yes = Да, удалить

broadcasts-ask-link =
    <b>Кнопка на занятие</b>

    Напишите название мастерской или события форума: под рассылкой будет кнопка, которая его откроет.
broadcasts-link-found = Нашлось по запросу «{ $query }». Какое?
broadcasts-link-nothing = По запросу «{ $query }» ничего не нашлось. Напишите иначе.
broadcasts-button-no-link = Без кнопки
broadcasts-ask-topic =
    <b>Тема рассылки</b>

    Кто выбрал себе темы, получит рассылку без темы или по своей теме. Остальные получат любую.
broadcasts-button-no-topic = Без темы
broadcasts-chosen = ✓ { $what }
broadcasts-ask-urgent =
    <b>Срочная рассылка</b>

    Она придёт и ночью. Напишите, почему нельзя подождать до утра: причина останется в журнале.
broadcasts-urgent-long = Напишите причину короче: до { $longest } знаков.
broadcasts-button-not-urgent = Не срочная
broadcasts-ask-throw-away = <b>Удалить черновик?</b> Вернуть его будет нельзя.

broadcasts-ask-when =
    <b>Когда отправить?</b>

    { $meant }
    { $who }

    Выберите или напишите время, например: <i>12.10 15:00</i>.
broadcasts-ask-when-large =
    { $count ->
        [one] Вместе с вашими рассылками за сутки это { $count } человек. Больше { $large } – отправку подтвердит второй координатор.
        [few] Вместе с вашими рассылками за сутки это { $count } человека. Больше { $large } – отправку подтвердит второй координатор.
       *[many] Вместе с вашими рассылками за сутки это { $count } человек. Больше { $large } – отправку подтвердит второй координатор.
    }
broadcasts-ask-when-night = Сейчас ночь: рассылка уйдёт в { $time }.
broadcasts-when-unreadable = Не понял время. Напишите так: <i>12.10 15:00</i>.
broadcasts-when-no-such-day = Такого дня нет в календаре. Напишите так: <i>12.10 15:00</i>.
broadcasts-when-past = Это время уже прошло. Напишите время в будущем.
broadcasts-when-far = Это слишком далеко. Проверьте год.
broadcasts-button-now = Отправить сейчас
broadcasts-button-at = { $moment }

broadcasts-unconfirmed = <b>Рассылка ждёт второго координатора</b>
broadcasts-unconfirmed-why =
    { $count ->
        [one] За сутки получателей больше { $large }. Просьбу подтвердить получил { $count } коллега.
        [few] За сутки получателей больше { $large }. Просьбу подтвердить получили { $count } коллеги.
       *[many] За сутки получателей больше { $large }. Просьбу подтвердить получили { $count } коллег.
    }
broadcasts-unconfirmed-at = Уйдёт { $moment }, если подтвердят раньше.
broadcasts-to-confirm =
    { $count ->
        [one] 📣 <b>Нужно ваше подтверждение</b>: рассылка для { $count } человека.
        [few] 📣 <b>Нужно ваше подтверждение</b>: рассылка для { $count } человек.
       *[many] 📣 <b>Нужно ваше подтверждение</b>: рассылка для { $count } человек.
    }
broadcasts-to-confirm-author = Написал(а): { $author }.
broadcasts-to-confirm-whom = Проверьте текст и получателей.
broadcasts-button-look = Посмотреть
broadcasts-button-confirm = Подтвердить и отправить
broadcasts-button-send-back = Вернуть автору
broadcasts-button-take-back = Вернуть в черновики
broadcasts-confirmed = Коллега подтвердил рассылку: «{ $said }». Нажмите «Посмотреть», чтобы узнать, как она идёт.
broadcasts-sent-back = Рассылку вернули в черновики: «{ $said }». Исправьте её и отправьте снова.
broadcasts-grew = Рассылка не ушла: «{ $said }». Вместе с другими вашими за сутки получателей стало больше { $large }, и теперь её должен подтвердить второй координатор. Нажмите «Посмотреть».
broadcasts-scheduled = <b>Рассылка уйдёт { $moment }</b>
broadcasts-scheduled-note = Кому писать, решится в эту минуту: кто подойдёт тогда, тот и получит.

broadcasts-going = <b>Рассылка идёт</b>
broadcasts-going-night = <b>Рассылка ждёт утра</b>: ночью людей не будим. Начнём в { $time }.
broadcasts-paused = <b>Рассылка на паузе</b>
broadcasts-stopped = <b>Рассылка остановлена</b>
broadcasts-recalled = <b>Рассылка отозвана</b>
broadcasts-done = <b>Рассылка отправлена</b>
broadcasts-bar = { $bar } { $percent } %
broadcasts-count-forgotten = Кто её получил, уже удалено: это хранится 90 дней.
broadcasts-count-sent = Отправлено: { $count } из { $total }
broadcasts-count-left = Осталось: { $count }, { $time }
broadcasts-count-waits = Осталось: { $count }
broadcasts-count-later = Позже (утром, раз в день или ещё одна попытка): { $count }
broadcasts-count-failed = Не получилось: { $count }
broadcasts-count-unreachable = Недоступны: { $count }
broadcasts-count-doubtful = Неизвестно, дошло ли: { $count }
broadcasts-count-dropped = Не отправлено: { $count }
broadcasts-count-read = Подтвердили: { $count } из { $total }
broadcasts-correction-going = Исправляем у получивших: { $done } из { $total }
broadcasts-correction-done = Исправлено у { $done } из { $total }
broadcasts-recall-going = Удаляем у получивших: { $done } из { $total }
broadcasts-recall-done = Удалено у { $done } из { $total }
broadcasts-recall-left = Не удалилось: { $count }. Мессенджер удаляет только сообщения не старше двух суток.
broadcasts-time-soon = меньше минуты
broadcasts-time =
    { $count ->
        [one] около { $count } минуты
        [few] около { $count } минут
       *[many] около { $count } минут
    }

broadcasts-button-pause = ⏸ Пауза
broadcasts-button-resume = ▶️ Продолжить
broadcasts-button-stop = ⏹ Остановить
broadcasts-button-correct = ✏️ Исправить
broadcasts-button-recall = Отозвать
broadcasts-button-recall-yes = Да, удалить у всех
broadcasts-button-report = Отчёт
broadcasts-button-call-sheet = Кому позвонить: { $count }
broadcasts-button-remind = Напомнить неподтвердившим: { $count }
broadcasts-ask-recall = <b>Удалить рассылку у всех, кто её получил?</b> Что ещё не ушло, не уйдёт. Сообщения старше двух суток удалить нельзя.

broadcasts-toast-sent = Отправляем
broadcasts-toast-scheduled = Запланировано
broadcasts-toast-asked = Просим коллег подтвердить
broadcasts-toast-paused = Пауза
broadcasts-toast-resumed = Продолжаем
broadcasts-toast-stopped = Остановлено
broadcasts-toast-recalled = Отзываем
broadcasts-toast-corrected = Исправляем у всех
broadcasts-toast-shown = Показал ниже
broadcasts-toast-thrown-away = Черновик удалён
broadcasts-toast-draft = Снова черновик
broadcasts-toast-confirmed = Подтверждено
broadcasts-toast-nobody-to-call = Звонить некому: дошло до всех
broadcasts-toast-nobody-unread = Подтвердили все
broadcasts-not-shown = Не удалось показать: { $reason }. Измените рассылку и попробуйте ещё раз.
broadcasts-gone = Такой рассылки нет или она не ваша.
broadcasts-begun = Рассылка уже изменилась. Откройте её в списке и посмотрите, что с ней сейчас.
broadcasts-shown = Так это увидят получатели.
broadcasts-not-second-own = Это ваша рассылка. Подтвердить должен другой координатор, который отвечает за весь край.
broadcasts-not-second-place = Подтвердить может координатор, который отвечает за весь край.
broadcasts-not-second-made = Подтвердить должен координатор, которого автор не приглашал и который не приглашал автора, даже через других. Попросите другого.
broadcasts-not-second-new =
    { $days ->
        [one] Подтверждать большие рассылки можно, когда вы в роли не меньше { $days } дня. Попросите другого координатора.
        [few] Подтверждать большие рассылки можно, когда вы в роли не меньше { $days } дней. Попросите другого координатора.
       *[many] Подтверждать большие рассылки можно, когда вы в роли не меньше { $days } дней. Попросите другого координатора.
    }
broadcasts-reminder-text = Напоминаем: подтвердите, пожалуйста, что прочитали.

broadcasts-report-title = Отчёт о рассылке
broadcasts-report-caption =
    { $count ->
        [one] Отчёт о рассылке: { $count } получатель.
        [few] Отчёт о рассылке: { $count } получателя.
       *[many] Отчёт о рассылке: { $count } получателей.
    }
broadcasts-call-title = Кому позвонить о рассылке
broadcasts-call-caption =
    { $count ->
        [one] Позвонить: { $count } человек.
        [few] Позвонить: { $count } человека.
       *[many] Позвонить: { $count } человек.
    }
broadcasts-report-file = рассылка-{ $number }.xlsx
broadcasts-call-file = позвонить-{ $number }.xlsx
broadcasts-page-number = Страница &P из &N
broadcasts-column-name = Имя
broadcasts-column-role = Роль
broadcasts-column-municipality = Муниципалитет
broadcasts-column-from = Откуда
broadcasts-column-state = Что с рассылкой
broadcasts-column-sent = Отправлено
broadcasts-column-read = Подтвердил(а)
broadcasts-column-why = Почему нет
broadcasts-column-notes = Заметки
broadcasts-outcome-pending = ещё не отправлено
broadcasts-outcome-sending = отправляется
broadcasts-outcome-sent = отправлено
broadcasts-outcome-obsolete = не отправлено
broadcasts-outcome-expired = не отправлено
broadcasts-outcome-unreachable = недоступен
broadcasts-outcome-failed = не получилось
broadcasts-outcome-doubtful = неизвестно, дошло ли
broadcasts-outcome-unread = не подтвердил(а)
broadcasts-why-blocked = Бот остановлен этим человеком или аккаунта больше нет
broadcasts-why-paused = Рассылку остановили, или человек поставил паузу
broadcasts-why-doubtful = Программа прервалась во время отправки
broadcasts-why-refused = Мессенджер не принял сообщение
