## «Вопрос координатору»: asking, answering, and what lies too long.

questions-importance-usual = обычный
questions-importance-important = важный
questions-importance-urgent = срочный
questions-status-open = Ждёт ответа
questions-status-taken = Координатор занимается
questions-status-answered = Есть ответ
questions-status-closed = Закрыт

questions-ask-importance =
    <b>Вопрос координатору</b>

    Насколько он важный? Срочный – если занятие сегодня и без ответа никак.
questions-ask-text = <b>Вопрос: { $importance }.</b> Напишите его одним сообщением. Можно прислать фото или файл.
questions-ask-before-consent =
    <b>Вопрос координатору</b>

    Ваш вопрос прочитают координаторы, ответ придёт сюда. Переписка хранится, пока вы не удалите её кнопкой «Удалить меня» в профиле.

    Напишите вопрос одним сообщением, без фамилии и телефона: номера телефонов я сотру. Фото и файлы приму, когда вы зарегистрируетесь.
questions-file-before-consent = Фото и файлы я беру только после регистрации: на них бывает то, что нельзя хранить без вашего согласия. Напишите вопрос словами.
questions-greeted = Здравствуйте! Теперь напишите сам вопрос одним сообщением.
questions-greeting-words = здравствуйте здравствуй здрасте здрасьте привет приветик приветствую хай ку салют добрый доброе доброго день утро вечер дня утра вечера времени суток всем вам ребята
questions-refused = Координатор больше не принимает вопросы из этого чата. Записи и напоминания работают как раньше. Если так вышло по ошибке, попросите взрослого написать координатору.
questions-file-named = PDF: { $name }, { $size } КБ
questions-ask-on = Напишите, что добавить. Можно прислать фото или файл.
questions-too-long = Слишком длинно: помещается { $longest } знаков. Напишите короче или пришлите файлом.
questions-not-sayable = Такое я не передам. Пришлите текст, фото или файл.
questions-only-pdf = Такой файл я не передам. Пришлите фото или файл PDF.
questions-asked = Вопрос у координатора. Ответ придёт сюда, обычно в течение дня.
questions-asked-urgent = Срочный вопрос у координатора. Ответ придёт сюда.
questions-too-many = Вы написали много подряд, координатор уже читает. Подождите десять минут и пришлите ещё раз.
questions-gone = Этого вопроса нет: его удалили или он не ваш.
questions-none = Вы ещё ничего не спрашивали.
questions-mine =
    <b>Мои вопросы</b>

    { $lines }
questions-line =
    { $number }. «{ $said }»
    { $moment }, { $importance }. <b>{ $state }</b>
questions-one =
    <b>Ваш вопрос. { $state }</b>

    { $turns }
questions-about = О чём: { $what }
questions-turn =
    <b>{ $who }</b>, { $moment }
    { $said }
questions-from-coordinator = Координатор
questions-from-person = Вопрос
questions-file = (файл)
questions-has-file = К сообщению приложен файл: «Открыть вопрос» → «Показать файл».
questions-no-file = Файлов в этом вопросе нет.
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
questions-none-waiting = На все вопросы ответили. Спасибо!
questions-waiting-line =
    { $number }. <b>{ $who }</b>, { $where }
    «{ $said }»
    { $moment }, { $importance }. { $state }
questions-nowhere = муниципалитет не указан
questions-nameless = без имени
questions-for-coordinator =
    <b>{ $who }</b>, { $where }
    Вопрос: { $importance }. <b>{ $state }</b>

    { $turns }
questions-taken-by = Отвечает { $who }.
questions-taken-already = Этим вопросом уже занимается коллега.
questions-note = <i>{ $note }</i>
questions-ask-answer =
    <b>Ответ для: { $who }, { $where }</b>

    { $turns }

    Напишите ответ сообщением. Можно прислать фото или файл.
questions-ask-answer-saved =
    <b>Ответ для: { $who }, { $where }</b>

    { $turns }

    Напишите ответ сообщением или выберите готовый.
questions-answer-sent = Ответ отправлен.
questions-closed-unanswered = <b>Координатор закрыл ваш вопрос.</b> Если он ещё важен, нажмите «Дописать».
questions-nobody-to-answer = ⚠️ Отвечать некому: человек удалил свои данные, и вопрос удалился вместе с ними.
questions-handed-on = Вопрос снова свободен, коллеги узнают.
questions-not-yours = Этот вопрос сейчас не у вас.
questions-closed = Вопрос закрыт.
questions-toast-solved = Вопрос закрыт
questions-saved = Ответ сохранён для похожих вопросов.
questions-ask-saved =
    { $turns }

    Напишите ответ заново, чтобы он подошёл всем: без имён, встреч и номеров. Его увидят все координаторы. Если тот, кто спросил, удалит свои данные, этот готовый ответ тоже удалится.
questions-saved-names-somebody = Здесь есть имя того, кто спросил. Напишите без имени.
questions-no-text = В ответе нет текста, сохранять нечего.

questions-button-ask = ❓ Задать вопрос
questions-button-mine = Мои вопросы
questions-button-one = Вопрос { $number }
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

questions-button-refuse = Не принимать вопросы от этого человека
questions-button-accept = Снова принимать вопросы
questions-toast-refused = Вопросы от этого человека больше не придут
questions-toast-accepted = Вопросы от этого человека снова приходят
questions-person-refused = Вопросы от этого человека сейчас не принимаются.
questions-button-forget = Убрать
questions-toast-forgotten = Этот ответ больше не предлагаю
questions-unreachable = ⚠️ Этот человек остановил бота: ответ может не дойти.
questions-lost-blocked = ⚠️ <b>Ответ не дошёл.</b> Человек остановил бота. Если вопрос важный, свяжитесь с ним иначе.
questions-lost-refused = ⚠️ <b>Ответ не дошёл.</b> Мессенджер его не принял. Попробуйте написать иначе.

questions-topic = { $importance }: { $who }, { $where }
questions-card =
    ❓ <b>Вопрос ({ $importance })</b> – { $who }, { $where }
    <b>{ $state }</b>
questions-card-how = Напишите ответ прямо в этой теме: он уйдёт тому, кто спросил.
questions-group-asked =
    <b>{ $who }</b> спрашивает:
    «{ $said }»
questions-group-answered =
    <b>{ $who }</b> отвечает:
    «{ $said }»
questions-group-former = ⚠️ <b>{ $who } больше не координатор.</b> Уберите этого человека из группы координаторов: там видны вопросы и имена. Сам я этого не могу.
questions-group-not-deleted = ⚠️ <b>Не могу удалить сообщения в группе координаторов.</b> Человек удалил свои данные, а его вопрос ещё стоит в группе. Дайте боту право «Удаление сообщений»: я пробую каждый день. Или удалите тему сами.
questions-topic-gone = Удалено
questions-group-again = ❗ Этот срочный вопрос ждёт уже полчаса. Кто ответит?
questions-group-free = Вопрос снова свободен. Кто возьмёт?
questions-group-taken = Вопрос ваш. Напишите ответ в этой теме.
questions-group-forbidden = Отвечать могут только координаторы.
questions-group-not-passed-on = Это не ушло тому, кто спросил. Ответить может координатор этого муниципалитета.
questions-group-nameless = Это не ушло тому, кто спросил: вы пишете от имени группы или канала, и я не знаю, кто вы. Напишите от своего имени или нажмите «Ответить» в личном чате со мной.
questions-group-edited = Исправленное не ушло: я читаю сообщение один раз. Напишите ещё раз новым сообщением.
questions-group-not-yours = Этого вопроса уже нет или он из другого муниципалитета.
questions-group-only-here = Эта кнопка работает только в личном чате с ботом.
