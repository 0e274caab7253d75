## «Вопрос координатору»: asking, answering, and what lies too long.

questions-importance-usual = обычный
questions-importance-important = важный
questions-importance-urgent = срочный
questions-status-open = ждёт координатора
questions-status-taken = координатор готовит ответ
questions-status-answered = есть ответ
questions-status-closed = закрыт

questions-ask-importance =
    <b>Вопрос координатору</b>

    Насколько он важный? Срочный – если занятие сегодня и без ответа никак.
questions-ask-text = Вопрос: <b>{ $importance }</b>. Напишите его одним сообщением. Можно прислать фото или файл.
questions-ask-on = Напишите, что добавить. Можно прислать фото или файл.
questions-too-long = Слишком длинно: хватит { $longest } знаков. Напишите короче или пришлите файлом.
questions-not-sayable = Сейчас я жду текст, фото или файл.
questions-asked = Передал координатору. Ответ придёт сюда. Обычно отвечаем в течение дня.
questions-asked-urgent = Передал координатору как срочный. Ответ придёт сюда.
questions-too-many = Вы задали несколько вопросов подряд, координатор уже читает. Допишите в один из них или подождите десять минут.
questions-gone = Такого вопроса нет или он не ваш.
questions-none = Вопросов пока не было.
questions-mine =
    <b>Мои вопросы</b>

    { $lines }
questions-line = { $day }, { $importance }: { $state }
questions-one =
    <b>Вопрос: { $state }</b>

    { $turns }
questions-about = О чём: { $what }
questions-turn =
    <b>{ $who }</b>, { $moment }
    { $said }
questions-from-coordinator = Координатор
questions-from-person = Вопрос
questions-file = (файл)
questions-has-file = К сообщению приложен файл.
questions-no-file = Файла нет.
questions-quoted = «{ $said }»
questions-answered = 💬 <b>Координатор ответил</b>
questions-news = ❓ <b>Вопрос ({ $importance })</b> – { $who }
questions-news-again = ❗ <b>Вопрос ждёт уже полчаса ({ $importance })</b> – { $who }
questions-still-open =
    { $count ->
        [one] Без ответа { $count } вопрос. Загляните, пожалуйста.
        [few] Без ответа { $count } вопроса. Загляните, пожалуйста.
       *[many] Без ответа { $count } вопросов. Загляните, пожалуйста.
    }
questions-waiting =
    { $count ->
        [one] <b>Ждёт ответа { $count } вопрос</b>
        [few] <b>Ждут ответа { $count } вопроса</b>
       *[many] <b>Ждут ответа { $count } вопросов</b>
    }

    { $lines }
questions-none-waiting = Все вопросы с ответом. Спасибо!
questions-waiting-line =
    { $number }. <b>{ $who }</b>, { $where }
    { $importance }, { $moment }: { $state }
questions-nowhere = муниципалитет не указан
questions-nameless = без имени
questions-for-coordinator =
    <b>{ $who }</b>, { $where }
    { $importance }, { $state }

    { $turns }
questions-taken-by = Отвечает { $who }.
questions-taken-already = Коллега уже взял этот вопрос.
questions-note = <i>{ $note }</i>
questions-ask-answer =
    { $turns }

    Напишите ответ сообщением. Можно прислать фото или файл.
questions-ask-answer-saved =
    { $turns }

    Напишите ответ сообщением или выберите готовый.
questions-answer-sent = Ответ отправлен.
questions-handed-on = Вопрос снова у всех координаторов.
questions-closed = Вопрос закрыт.
questions-toast-solved = Вопрос закрыт
questions-toast-saved = Ответ сохранён для похожих вопросов
questions-no-text = В ответе нет текста, сохранять нечего.

questions-button-ask = ❓ Задать вопрос
questions-button-mine = Мои вопросы
questions-button-one = Вопрос от { $moment }
questions-button-open = Открыть вопрос
questions-button-ask-on = Дописать
questions-button-solved = Вопрос решён
questions-button-file = Показать файл
questions-button-waiting = ❓ Вопросы без ответа
questions-button-answer = Ответить
questions-button-take = Взять
questions-button-hand-on = Передать коллегам
questions-button-close = Закрыть
questions-button-save = Сохранить ответ для похожих

questions-button-forget = Убрать
questions-toast-forgotten = Этот ответ больше не предлагаю
questions-unreachable = ⚠️ Этот человек остановил бота: ответ может не дойти.
questions-lost-blocked = ⚠️ <b>Ответ не дошёл.</b> Человек остановил бота. Если вопрос важный, свяжитесь с ним иначе.
questions-lost-refused = ⚠️ <b>Ответ не дошёл.</b> Мессенджер его не принял. Попробуйте написать иначе.

questions-topic = { $importance }: { $who }, { $where }
questions-card =
    ❓ <b>Вопрос ({ $importance })</b> – { $who }, { $where }
    Сейчас: { $state }.
questions-card-how = Напишите ответ прямо в этой теме: он уйдёт тому, кто спросил.
questions-group-asked =
    <b>{ $who }</b> спрашивает:
    «{ $said }»
questions-group-answered =
    <b>{ $who }</b> отвечает:
    «{ $said }»
questions-group-again = ❗ Этот срочный вопрос ждёт уже полчаса. Кто ответит?
questions-group-free = Вопрос снова свободен. Кто возьмёт?
questions-group-taken = Вопрос ваш. Напишите ответ в этой теме.
questions-group-forbidden = Отвечают координаторы.
questions-group-not-yours = Этого вопроса уже нет или он из другого муниципалитета.
questions-group-only-here = Эта кнопка работает только в личном чате с ботом.
