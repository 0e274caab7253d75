## Taking, waiting, swapping, giving back; one booking, «Мои записи», calendars.

booking-facts =
    <b>{ $title }</b>
    { $when }
    { $where }

booking-ask-places =
    { $facts }
    Сейчас: { $places }.

    <b>Сколько человек будет заниматься?</b> Взрослый, который только привёл, места не занимает.
booking-signed = ✅ <b>Вы записаны</b>
booking-signed-already = ✅ <b>Вы уже записаны</b>
booking-toast-signed = Вы записаны
booking-toast-waiting = Вы в листе ожидания
booking-toast-given-back = Место освобождено
booking-toast-left = Вы вышли из листа ожидания
booking-places =
    { $count ->
        [one] За вами { $count } место.
        [few] За вами { $count } места.
       *[many] За вами { $count } мест.
    }
booking-places-asked =
    { $count ->
        [one] Вы ждёте { $count } место.
        [few] Вы ждёте { $count } места.
       *[many] Вы ждёте { $count } мест.
    }
booking-companions = С вами: { $names }.
booking-tight = ⚠️ <b>Мало времени на дорогу.</b> В { $hours } у вас «{ $title }» в другом месте.

booking-clash =
    { $facts }

    { $count ->
        [one] В это время у вас уже есть запись:
        [few] В это время у вас уже есть записи:
       *[many] В это время у вас уже есть записи:
    }
    { $clashes }

    Заменить? Старое место освободится, только когда новое станет вашим.
booking-clash-line = • { $title } – { $when }

booking-full =
    { $facts }

    <b>Мест нет.</b>
    { $waiting ->
        [0] В листе ожидания пока никого.
        [one] В листе ожидания { $waiting } место.
        [few] В листе ожидания { $waiting } места.
       *[many] В листе ожидания { $waiting } мест.
    } Освободится место – оно достанется следующему, и я сразу напишу.
booking-full-some =
    { $facts }

    { $free ->
        [one] Осталось только { $free } место,
        [few] Осталось только { $free } места,
       *[many] Осталось только { $free } мест,
    } а нужно { $asked }.
booking-waiting = <b>Вы в листе ожидания</b>
booking-position = Ваш номер в очереди: <b>{ $position }</b>. Освободится место – оно станет вашим, и я сразу напишу.

booking-clash-of-an-adult = Если вы только приводите детей и сами не занимаетесь, обе записи останутся.
booking-brings-only = Вы только приводите детей: место для вас не занято.
booking-more-waited-for =
    { $count ->
        [one] Ещё { $count } место вы ждёте: освободится – добавлю к этим и сразу напишу.
        [few] Ещё { $count } места вы ждёте: освободятся – добавлю к этим и сразу напишу.
       *[many] Ещё { $count } мест вы ждёте: освободятся – добавлю к этим и сразу напишу.
    }
booking-ask-number = <b>Сколько нужно?</b>
booking-number-held = Меньше – лишние места сразу достанутся другим. Больше – добавлю, если есть свободные. Те, что за вами, останутся за вами.
booking-number-waiting = Меньше – ваш номер в очереди останется. Больше – вы встанете в конец очереди.
booking-not-so-many =
    { $facts }

    Нужно ещё { $more }, а { $free ->
        [0] свободных мест нет.
        [one] свободно { $free } место.
        [few] свободно { $free } места.
       *[many] свободно { $free } мест.
    } { $held ->
        [one] { $held } место остаётся за вами.
        [few] { $held } места остаются за вами.
       *[many] { $held } мест остаются за вами.
    }
booking-names-one-word = «{ $name }» не подойдёт: нужно только имя – одно слово, без фамилии и цифр. Ничего не сохранил, прежние имена на месте. Напишите имена ещё раз через запятую.
booking-toast-number =
    { $count ->
        [one] Теперь { $count } место
        [few] Теперь { $count } места
       *[many] Теперь { $count } мест
    }
booking-rule =
    До { $until } свободные места копятся для первого в очереди, если ему нужно несколько. Потом они достаются по порядку тем, кому хватает.
booking-rule-now = Свободные места достаются по порядку тем, кому хватает.
booking-passed-over-larger =
    { $capacity ->
        [one] На занятии теперь всего { $capacity } место,
        [few] На занятии теперь всего { $capacity } места,
       *[many] На занятии теперь всего { $capacity } мест,
    } а вы ждёте { $places }. Столько не освободится: измените число или выйдите из листа ожидания.
booking-passed-over-grade = Занятие для другого класса ({ $grades }), поэтому место вам не достанется. Если класс в профиле неверный, исправьте его.
booking-passed-over-audience = Занятие не для вашей роли, поэтому место вам не достанется. Роль педагога или наставника подтверждает координатор.
booking-passed-over-consent = Чтобы получить место, заполните профиль: не хватает согласия или ответов.
booking-passed-over-bookings =
    { $most ->
        [one] У вас уже { $most } запись впереди, больше нельзя.
        [few] У вас уже { $most } записи впереди, больше нельзя.
       *[many] У вас уже { $most } записей впереди, больше нельзя.
    } Отмените ту, что не нужна, – и следующее место достанется вам.
booking-passed-over-late = Скоро начало, а место пока не освободилось. Не рассчитывайте на него. Освободится – я сразу напишу.

booking-refused-started = «{ $title }»: это занятие уже началось, записаться нельзя. Посмотрите другое время.
booking-refused-cancelled = «{ $title }»: это занятие отменено. Посмотрите другое время.
booking-refused-grade = «{ $title }»: занятие для другого класса ({ $grades }). Есть мастерские и для вас – посмотрите список.
booking-refused-audience =
    «{ $title }»: занятие не для вашей роли. Роль педагога или наставника подтверждает координатор. А пока посмотрите другие занятия.
booking-refused-too-many-places =
    { $most ->
        [one] За один раз можно занять { $most } место.
        [few] За один раз можно занять до { $most } мест.
       *[many] За один раз можно занять до { $most } мест.
    } Выберите меньше.
booking-refused-one-place-only = Ученик занимает одно место – для себя. Друзья пусть запишутся сами: нажмите в карточке «Поделиться».
booking-refused-larger-than-slot =
    { $capacity ->
        [one] На этом занятии всего { $capacity } место.
        [few] На этом занятии всего { $capacity } места.
       *[many] На этом занятии всего { $capacity } мест.
    } Выберите меньше.

booking-state-booked = <b>Вы записаны</b>
booking-state-past = <b>Это занятие прошло</b>
booking-state-waiting = <b>Вы в листе ожидания</b>
booking-state-offered = <b>Для вас есть место до { $until }.</b> Займите его или откажитесь. Если в это время у вас другая запись, я предложу её заменить.
booking-state-slot-cancelled = <b>Занятие отменено.</b> Приходить не нужно.
booking-state-given-back = Эта запись отменена.
booking-answer-coming = Вы ответили: приду.

booking-ask-cancel =
    { $facts }

    Отменить запись? Место достанется тому, кто ждёт.
booking-ask-cancel-started =
    { $facts }

    Занятие уже идёт, передать место никому не получится. Отменить запись?
booking-ask-cancel-anew = Может быть, так вам удобно. Всё равно отменить?
booking-ask-leave =
    { $facts }

    Выйти из листа ожидания? Вернуться можно будет только в конец очереди.
booking-given-back =
    { $facts }

    Запись отменена. Спасибо, что предупредили: место достанется другим.
booking-given-back-started =
    { $facts }

    Запись отменена. Занятие уже идёт, поэтому место осталось пустым. В следующий раз отмените запись до начала – тогда придёт кто-то другой.
booking-left =
    { $facts }

    Вы вышли из листа ожидания.
booking-over =
    { $facts }

    Эта запись уже отменена или место передано дальше.
booking-over-past =
    { $facts }

    Это занятие уже прошло.
booking-not-yours = Такой записи у вас нет. Все ваши записи – в списке.
booking-slot-gone = Этого занятия в программе больше нет. Посмотрите другие.
booking-child =
    { $facts }

    Тем, кому ещё нет { $age }, нужен взрослый: вас записывает родитель или педагог. Ваше имя я не сохранил. Если что-то о вас было записано раньше, оно стёрто, а записи отменены.

    Перешлите взрослому сообщение ниже.
booking-child-forward =
    Хочу на занятие!

    { $facts }

    Запишите меня, пожалуйста: { $link }

booking-ask-companions =
    { $facts }

    { $count ->
        [one] Напишите имя того, кто придёт. Только имя, без фамилии.
        [few] Напишите через запятую имена тех, кто придёт. Только имена, без фамилий. Это не обязательно.
       *[many] Напишите через запятую имена тех, кто придёт. Только имена, без фамилий. Это не обязательно.
    }

booking-names-please = Нужны только имена, по одному слову, без фамилий и других сведений. Напишите их через запятую: <i>Маша, Петя</i>.

booking-too-many-names =
    { $count ->
        [one] Имён больше, чем мест: за вами { $count } место.
        [few] Имён больше, чем мест: за вами { $count } места.
       *[many] Имён больше, чем мест: за вами { $count } мест.
    } Напишите ещё раз, кто придёт.

booking-button-swap = 🔁 Заменить запись
booking-button-keep = Оставить как есть
booking-button-fewer =
    { $count ->
        [one] Занять { $count } место
        [few] Занять { $count } места
       *[many] Занять { $count } мест
    }
booking-button-bring = Я только привожу детей
booking-button-number = Изменить число мест
booking-button-in-part = Занять { $free }, остальные { $rest } – в лист ожидания
booking-button-more =
    { $count ->
        [one] Взять ещё { $count } место
        [few] Взять ещё { $count } места
       *[many] Взять ещё { $count } мест
    }
booking-button-wait-more =
    { $count ->
        [one] Ждать ещё { $count } место
        [few] Ждать ещё { $count } места
       *[many] Ждать ещё { $count } мест
    }
booking-button-wait = ⏳ В лист ожидания
booking-button-other-times = Другое время
booking-button-other-workshops = Другие мастерские
booking-button-my = 📌 Мои записи
booking-button-card = О занятии
booking-button-leave = Выйти из листа ожидания
booking-button-decline = Отказаться от места
booking-button-calendar = 📅 В календарь
booking-button-calendar-remove = 📅 Убрать из календаря
booking-button-companions = Имена, кто придёт
booking-button-cancel = Отменить запись
booking-button-cancel-yes = Да, отменить
booking-button-leave-yes = Да, выйти
booking-button-cancel-no = Нет, оставить
booking-button-again = Записаться снова

my-coming =
    <b>Мои записи</b>

    { $lines }
my-day = <b>{ $day }</b>
my-line =
    { $hours } · { $title }
    { $where }
    { $places ->
        [one] { $state }
        [few] { $state }, { $places } места
       *[many] { $state }, { $places } мест
    }
my-state-booked = вы записаны
my-state-past = вы были записаны
my-state-coming = вы записаны, вы придёте
my-state-waiting = лист ожидания, ваш номер { $position }
my-state-offered = есть место, ответьте
my-state-cancelled = занятие отменено
my-empty = Записей пока нет. Найдите занятие – я сохраню его здесь и напомню.
my-past =
    <b>Прошедшие занятия</b>

    { $lines }
my-past-empty = Больше ничего нет.
my-button-booking = { $time } · { $title }
my-button-past = Прошедшие
my-button-calendar = 📅 Всё в календарь
my-calendar-empty = Пока нечего добавлять в календарь.

calendar-name = Инженерная Кубань: мои записи
calendar-file-name = zapisi.ics
calendar-caption = Откройте файл – записи попадут в календарь телефона.
calendar-caption-removed = Откройте файл – запись исчезнет из календаря телефона.
