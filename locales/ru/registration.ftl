## Registration at the first sign-up, and the same questions from the profile.

registration-consent =
    Чтобы записать вас, нужно несколько ответов: роль, имя, муниципалитет, класс или организация. Их увидят координаторы и наставник занятия. Удалить данные можно в любой момент в профиле.

    Тем, кому нет { $age }, помогает взрослый.

    Согласны на обработку этих данных?
registration-consent-full =
    <b>Согласие на обработку персональных данных</b>

    Я соглашаюсь, что организаторы инженерного движения Кубани хранят и используют мои имя, роль, муниципалитет, класс или организацию, записи на занятия и номер чата, чтобы записывать меня на занятия, напоминать о них и сообщать об изменениях.

    Данные видят координаторы и наставники моих занятий. Их не передают другим и не используют для рекламы.

    Согласие действует, пока я его не отзову: «Профиль» → «Отозвать согласие». Тогда данные удаляются сразу. Если я не захожу год, они удаляются сами.
registration-button-agree = ✅ Согласен
registration-button-consent-full = Полный текст
registration-button-consent-short = Коротко

registration-ask-role = <b>Кто вы?</b>
registration-role-student = Ученик
registration-role-teacher = Педагог
registration-role-mentor = Наставник
registration-role-parent = Родитель

registration-ask-age = <b>Вам уже есть { $age }?</b>
registration-button-old-enough = Да, мне { $age } или больше
registration-button-younger = Нет, мне меньше { $age }

registration-ask-name-student = <b>Как вас зовут?</b> Напишите имя и фамилию. Их увидит наставник.
registration-ask-name-adult = <b>Как вас зовут?</b> Напишите имя и отчество или имя и фамилию.
registration-ask-municipality =
    <b>Где вы живёте или учитесь?</b>

    Выберите кнопкой или напишите первые буквы: <i>Лаб</i>, <i>Ейск</i>.
registration-municipality-guesses = Вот что похоже на «{ $typed }». Выберите.
registration-municipality-unknown = Не нашёл «{ $typed }» среди муниципалитетов края. Напишите иначе или выберите из списка.
registration-button-location = 📍 Определить по месту
registration-button-all-municipalities = Весь список
registration-button-send-location = 📍 Отправить, где я
registration-send-location = Нажмите кнопку внизу экрана. Точное место я не сохраню, только муниципалитет.
registration-located = Ближе всего: { $name }.
registration-ask-grade = <b>В каком вы классе?</b>
registration-organisation-teacher = <b>Где вы работаете?</b> Напишите школу, колледж или кружок.
registration-organisation-mentor = <b>Где вы работаете?</b> Напишите предприятие.
registration-organisation-parent = <b>Где учится ребёнок?</b> Напишите школу или колледж. Если не учится, напишите «нет».

registration-unfit-empty = Здесь пусто. Напишите словами.
registration-unfit-long =
    { $longest ->
        [one] Слишком длинно. Хватит { $longest } знака.
        [few] Слишком длинно. Хватит { $longest } знаков.
       *[many] Слишком длинно. Хватит { $longest } знаков.
    } Напишите короче.
registration-unfit-no-letters = Нужны буквы. Напишите словами.
registration-unfit-link = Ссылки и имена с «@» не подойдут. Напишите обычными словами.
registration-words-please = Сейчас нужны слова. Напишите ответ сообщением.
registration-buttons-please = Сейчас нужно нажать кнопку.
registration-too-young =
    Тем, кому ещё нет { $age }, нужен взрослый: вас записывает родитель или педагог. Ваше имя я не сохранил.

    Найдите мастерскую и покажите её взрослому: в карточке есть кнопка «Поделиться».
registration-saved = Готово, записал.
registration-toast-saved = Сохранено
registration-unchanged = Ничего не изменилось.
