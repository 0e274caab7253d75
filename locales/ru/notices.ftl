## What the bot says on its own: reminders, changes, cancellations, freed places; and the answers to their buttons.

notices-reminder = ⏰ <b>Напоминание: { $day } в { $time }</b>
notices-reminders =
    { $count ->
        [one] ⏰ <b>Напоминание: у вас { $count } занятие</b>
        [few] ⏰ <b>Напоминание: у вас { $count } занятия</b>
       *[many] ⏰ <b>Напоминание: у вас { $count } занятий</b>
    }
notices-visit =
    <b>{ $title }</b>
    { $when }
    <b>Где:</b> { $where }
notices-will-you-come = Придёте? Если планы изменились, нажмите «Не приду»: место достанется тому, кто ждёт.

notices-state-coming = ✅ Вы ответили: приду. Ждём вас!
notices-state-asked = <b>Точно не придёте?</b> Место сразу достанется другому.
notices-state-freed = ❌ Место освобождено. Спасибо, что предупредили! Передумали – запишитесь снова.
notices-state-waiting = ⏳ Вы в листе ожидания. Освободится место – я сразу напишу.
notices-state-offered = ⏳ Место ждёт вашего ответа до { $until }.
notices-state-cancelled = ❌ Занятие отменено. Приходить не нужно.
notices-state-started = Занятие уже началось.
notices-state-over = Это занятие уже прошло.

notices-moved = 🔁 <b>Занятие изменилось: { $title }</b>
notices-restored = ✅ <b>Занятие снова состоится: { $title }</b>
notices-when = <b>Когда:</b> { $when }
notices-when-changed = <b>Когда:</b> было { $old } → стало <b>{ $new }</b>
notices-where = <b>Где:</b> { $where }
notices-where-changed = <b>Где:</b> было { $old } → стало <b>{ $new }</b>
notices-fits = Вам подходит?

notices-cancelled = ❌ <b>Занятие отменено: { $title }</b>
notices-cancelled-when = Должно было быть: { $when }. Приходить не нужно.
notices-cancelled-reason = <b>Почему:</b> { $reason }
notices-cancelled-alternatives = <b>Здесь есть места:</b>
notices-cancelled-alternative = • { $title } – { $when }, { $places }
notices-cancelled-no-alternatives = Посмотрите другие занятия – поможем найти замену.

notices-promoted = 🎉 <b>Для вас освободилось место</b>
notices-promoted-question = Место уже ваше. Если оно больше не нужно, отдайте его одной кнопкой.
notices-offer = ⏳ <b>Для вас освободилось место</b>
notices-offer-clashes =
    { $count ->
        [one] В это время у вас уже есть запись:
        [few] В это время у вас уже есть записи:
       *[many] В это время у вас уже есть записи:
    }
notices-offer-clash = • { $title } – { $when }
notices-offer-swap = Заменить? Место ждёт вас до <b>{ $until }</b>, потом его предложат следующему.
notices-offer-take = Занять его? Место ждёт вас до <b>{ $until }</b>, потом его предложат следующему.
notices-moved-swap = Если нажать «Заменить запись», останется это занятие, а то место освободится.
notices-offer-title = <b>{ $title }</b>
notices-passed-over = ⏳ <b>Лист ожидания: места пока нет</b>
notices-lapsed = <b>Время ответить вышло</b>
notices-lapsed-explained = Место предложили следующему в очереди. Если оно ещё нужно, посмотрите, есть ли места.

notices-button-coming = ✅ Приду
notices-button-not-coming = ❌ Не приду
notices-button-coming-to = ✅ Приду: { $title }
notices-button-not-coming-to = ❌ Не приду: { $title }
notices-button-free = Да, отдать место
notices-button-keep = Нет, приду
notices-button-give-away = Отдать место
notices-button-again = Записаться снова
notices-button-again-to = Записаться снова: { $title }
notices-button-swap = 🔁 Заменить запись
notices-button-take = ✅ Занять место
notices-button-decline = Отказаться
notices-button-waiting = ⏳ Лист ожидания
notices-button-booking = Открыть запись
notices-button-look = О занятии
notices-button-alternative = { $title }
notices-button-workshops = 🔧 Мастерские УПК
notices-button-my = 📌 Мои записи

notices-toast-coming = Ждём вас!
notices-toast-kept = Записал: вы придёте сюда
notices-toast-freed = Место освобождено
notices-toast-declined = Вы отказались от места
notices-toast-over = Это занятие уже прошло
notices-toast-not-as-seen = Проверьте время и место и нажмите ещё раз
notices-toast-changed = Это уже изменилось – вот как сейчас
notices-not-yours = Эта кнопка – от чужой записи. Ваши записи – в меню, «Мои записи».
