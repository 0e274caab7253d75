## «Мои занятия»: what a mentor sees and does for their own activities; what people read of it.

mentoring-title = <b>Мои занятия</b>
mentoring-title-of-one = <b>Мои занятия: { $title }</b>
mentoring-empty = Ближайших занятий у вас нет. Когда координатор добавит их в программу, они появятся здесь.
mentoring-not-linked = К вам пока не привязано ни одной мастерской. Попросите координатора вашего муниципалитета указать вас наставником.
mentoring-named = В программе есть похожее имя: { $titles }. Если это вы, скажите координатору.
mentoring-today = <b>Сегодня</b>
mentoring-coming = <b>Впереди</b>
mentoring-over = <b>Прошли – можно отметить, кто был</b>
mentoring-line = • { $when } – { $state }
mentoring-line-titled = • { $when } – { $title }: { $state }
mentoring-line-cancelled = отменено
mentoring-line-marked = все отмечены
mentoring-line-unmarked = отметьте, кто был
mentoring-line-people =
    { $count ->
        [0] никто не записан
        [one] записан { $count } человек
        [few] записано { $count } человека
       *[many] записано { $count } человек
    }
mentoring-line-coming = { $people }, «приду» – { $coming }
mentoring-line-waiting = { $people }, ждут – { $waiting }

mentoring-cancelled = ❌ Занятие отменено. Записавшиеся об этом узнают от меня.
mentoring-places = <b>Занято мест:</b> { $booked } из { $capacity }
mentoring-places-unlimited = <b>Занято мест:</b> { $booked }, без ограничений
mentoring-answered = <b>Ответили «приду»:</b> { $coming }
mentoring-waiting = <b>Ждут места:</b> { $waiting }
mentoring-grades = <b>Классы:</b> { $list }
mentoring-grade = { $grade } – { $count } чел.
mentoring-told-late = ⏱ Записавшиеся знают, что вы опоздаете на { $minutes } минут.
mentoring-declined = 📨 Координатор знает, что вы не сможете провести занятие. Он решит и сообщит людям.
mentoring-who = <b>Кто придёт</b>
mentoring-who-page = <b>Кто придёт</b> (страница { $page } из { $pages })
mentoring-names-gone = Имена видны ещё два дня после занятия. Они уже скрыты, остались только числа.
mentoring-nobody = Пока никто не записан.
mentoring-guest = { $number }. { $who }
mentoring-guest-no-name = Без имени
mentoring-guest-role = { $name }, { $role }
mentoring-guest-places = { $who }, { $count ->
        [one] { $count } место
        [few] { $count } места
       *[many] { $count } мест
    }
mentoring-guest-companions = { $who }; с детьми: { $names }
mentoring-guest-coming = { $who } – придёт
mentoring-guest-came = { $who } – здесь
mentoring-guest-absent = { $who } – нет
mentoring-role-teacher = педагог
mentoring-role-mentor = наставник
mentoring-role-parent = родитель
mentoring-role-coordinator = координатор

mentoring-button-slot = { $day } в { $time }
mentoring-button-slot-titled = { $day } { $time } · { $title }
mentoring-button-attendance = ✍️ Отметить
mentoring-button-late = ⏱ Опаздываю
mentoring-button-cannot = 🚫 Не смогу провести
mentoring-button-card = О занятии
mentoring-button-open = Открыть занятие

mentoring-attendance =
    <b>Кто пришёл?</b>
    { $title }, { $when }
mentoring-attendance-how = Нажмите «Все пришли», а потом – тех, кого нет. Ошиблись – нажмите на имя ещё раз.
mentoring-attendance-counts = <b>Пришли:</b> { $came }. <b>Нет:</b> { $absent }. <b>Не отмечены:</b> { $unmarked }.
mentoring-attendance-done = <b>Пришли:</b> { $came }. <b>Нет:</b> { $absent }. Все отмечены.
mentoring-button-all-came = ✅ Все пришли
mentoring-button-rest-came = ✅ Остальные пришли
mentoring-button-came = ✅ { $who } – здесь
mentoring-button-absent = ❌ { $who } – нет
mentoring-button-unmarked = { $who } – отметить
mentoring-who-places = { $who } ({ $count })
mentoring-toast-came = Отмечено: здесь
mentoring-toast-absent = Отмечено: нет
mentoring-toast-all-came = Отмечено

mentoring-late =
    <b>На сколько опоздаете?</b>
    { $title }, { $when }

    { $count ->
        [one] Нажмите – и { $count } записавшийся сразу узнает.
        [few] Нажмите – и { $count } записавшихся сразу узнают.
       *[many] Нажмите – и { $count } записавшихся сразу узнают.
    }
mentoring-late-nobody = Никто не записан, предупреждать некого.
mentoring-late-all-said = Вы уже сказали, что опоздаете на { $minutes } минут. Больше – значит, занятие не начать: нажмите «Не смогу провести» или позвоните координатору.
mentoring-button-minutes = На { $minutes } минут
mentoring-toast-late =
    { $count ->
        [one] Предупреждаю { $count } человека
        [few] Предупреждаю { $count } человек
       *[many] Предупреждаю { $count } человек
    }
mentoring-toast-late-some = Предупреждаю: { $told } из { $bookings }. Остальным бот написать не может.
mentoring-toast-late-nobody = Предупредить не удалось: записавшиеся закрыли бот. Позвоните координатору.
mentoring-toast-late-known = Записавшиеся это уже знают

mentoring-cannot =
    <b>Не сможете провести?</b>
    { $title }, { $when }

    Координатор узнает и решит: найти замену, перенести или отменить. Пока он не решил, занятие стоит в программе, и записавшиеся ничего не узнают.
mentoring-cannot-reason = Напишите почему одним сообщением – или отправьте без причины.
mentoring-cannot-with = <b>Причина:</b> { $reason }
mentoring-reason-please = Напишите причину словами или нажмите «Отправить без причины».
mentoring-button-send = Отправить координатору
mentoring-button-send-bare = Отправить без причины
mentoring-sent =
    { $count ->
        [one] 📨 <b>Передано координатору.</b>
        [few] 📨 <b>Передано: { $count } координатора узнают.</b>
       *[many] 📨 <b>Передано: { $count } координаторов узнают.</b>
    }
mentoring-sent-explained = Решает координатор. Если занятие перенесут или отменят, записавшиеся узнают от меня.
mentoring-sent-nobody = <b>Передать некому:</b> координатора вашего муниципалитета в боте нет. Позвоните организаторам.
mentoring-sent-before = Координатор это уже знает и решает. Если срочно, позвоните ему.

mentoring-not-led = Это занятие ведёте не вы, или его больше нет. Ваши – в меню, «Мои занятия».
mentoring-attendance-closed = Отмечать можно за полчаса до начала и ещё два дня после занятия.
mentoring-late-closed = Об опоздании можно сказать за 3 часа до начала и до конца занятия.
mentoring-cannot-closed = Занятие уже началось или отменено. Если нужна помощь, позвоните координатору.

mentoring-letter-late =
    ⏱ <b>Наставник задержится на { $minutes } минут</b>

    <b>{ $title }</b>
    Начало не в { $planned }, а примерно в <b>{ $start }</b>. Место ваше, подождите немного.
    <b>Где:</b> { $where }
mentoring-letter-cannot =
    🚫 <b>Наставник не сможет провести занятие</b>

    <b>{ $title }</b>, { $town }
    { $when }
    <b>Записано:</b> { $people }
mentoring-letter-mentor = <b>Наставник:</b> { $name }
mentoring-letter-reason = <b>Причина:</b> { $reason }
mentoring-letter-decide = Люди пока ничего не знают. Найдите замену, перенесите или отмените занятие.
