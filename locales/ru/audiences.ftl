## «Кому»: whom a broadcast is for, in one sentence.

audiences-nobody = Пока никто не выбран
audiences-words-except = { $groups }, кроме { $others }

# Those who get it: «педагоги и наставники».
audiences-who-student = ученики
audiences-who-teacher = педагоги
audiences-who-mentor = наставники
audiences-who-parent = родители
audiences-who-coordinator = координаторы
audiences-who-people = люди
audiences-who-everybody = все
# Those who do not: «кроме педагогов и наставников».
audiences-whom-student = учеников
audiences-whom-teacher = педагогов
audiences-whom-mentor = наставников
audiences-whom-parent = родителей
audiences-whom-coordinator = координаторов
audiences-whom-people = людей
audiences-whom-everybody = всех

audiences-and = { $most } и { $last }
audiences-or = { $most } или { $last }
# Between groups.
audiences-and-also = { $one }, а ещё { $other }
audiences-facts = { $who } ({ $facts })
audiences-conditions = { $who }, которые { $conditions }
audiences-quoted = «{ $title }»
audiences-district = { $name } { $kind }
audiences-place-gone = муниципалитет, которого больше нет
audiences-more-places =
    { $count ->
        [one] ещё { $count } муниципалитет
        [few] ещё { $count } муниципалитета
       *[many] ещё { $count } муниципалитетов
    }

# After «люди, которые …».
audiences-tracks =
    { $count ->
        [one] записывались по направлению { $tracks }
        [few] записывались по направлениям { $tracks }
       *[many] записывались по направлениям { $tracks }
    }
audiences-interests =
    { $count ->
        [one] интересуются направлением { $tracks }
        [few] интересуются направлениями { $tracks }
       *[many] интересуются направлениями { $tracks }
    }
audiences-tie-booked = записаны на { $activities }
audiences-tie-waiting = ждут места на { $activities }
audiences-tie-came = были на { $activities }
audiences-tie-silent = не ответили, придут ли на { $activities }
audiences-unread = не подтвердили прошлую рассылку

# «на занятие», and «были на занятии».
audiences-onto =
    { $count ->
        [one] занятие { $titles }
        [few] занятия { $titles }
       *[many] занятия { $titles }
    }
audiences-at =
    { $count ->
        [one] занятии { $titles }
        [few] занятиях { $titles }
       *[many] занятиях { $titles }
    }
audiences-gone-onto =
    { $count ->
        [one] занятие, которого больше нет
        [few] занятия, которых больше нет
       *[many] занятия, которых больше нет
    }
audiences-gone-at =
    { $count ->
        [one] занятии, которого больше нет
        [few] занятиях, которых больше нет
       *[many] занятиях, которых больше нет
    }
audiences-or-gone = { $activities } или на { $gone }

## The screens

audiences-title = <b>Кому</b>
audiences-start =
    <b>Кому отправить?</b>

    Выберите, кто получит рассылку. Или соберите по условиям: классы, муниципалитеты, записи.
audiences-words = { $words }.
audiences-reached =
    { $count ->
        [one] Получат: <b>{ $count } человек</b>
        [few] Получат: <b>{ $count } человека</b>
       *[many] Получат: <b>{ $count } человек</b>
    }
audiences-reached-nobody = Получат: <b>0 человек</b>. Сейчас под эти условия не подходит никто.
audiences-not-counted = Без тех, кто отказался от рассылок, выбрал другие темы или взял паузу.
audiences-scope = Только ваши муниципалитеты: { $where }.

audiences-button-role-student = Ученики
audiences-button-role-teacher = Педагоги
audiences-button-role-mentor = Наставники
audiences-button-role-parent = Родители
audiences-button-role-coordinator = Координаторы
audiences-button-everybody = Все
audiences-button-on = ✓ { $what }
audiences-button-compose = Собрать по условиям
audiences-button-saved-list = Сохранённые
audiences-button-group = Группа { $number }: { $words }
audiences-button-except-group = Кроме: { $words }
audiences-button-more = Ещё группа
audiences-button-except = Кроме
audiences-button-save = Сохранить
audiences-button-done = Готово

## One group

audiences-group-new =
    <b>Новая группа</b>

    Выберите условие. Если условий несколько, человек должен подходить под все сразу.
audiences-group-added =
    <b>Группа { $number }</b>

    { $words }.
audiences-except-new =
    <b>Кого исключить?</b>

    Выберите условие. Если условий несколько, человек должен подходить под все сразу.
audiences-except-added =
    <b>Исключить</b>

    { $words }.
audiences-chosen = Выбрано: { $words }.
audiences-alone =
    { $count ->
        [one] В этой группе: { $count } человек.
        [few] В этой группе: { $count } человека.
       *[many] В этой группе: { $count } человек.
    }
audiences-button-roles = Роли
audiences-button-places = Муниципалитеты
audiences-button-grades = Классы
audiences-button-interests = Интересы
audiences-button-tracks = Куда записывались
audiences-button-tie-booked = Записаны на…
audiences-button-tie-waiting = Ждут места на…
audiences-button-tie-came = Были на…
audiences-button-tie-silent = Не ответили, придут ли
audiences-button-unread = Убрать «не подтвердили»
audiences-button-take-out = Убрать группу
audiences-toast-taken-out = Группа убрана

## Conditions

audiences-ask-roles = <b>Какая роль?</b> Можно выбрать несколько. Педагог и наставник – те, кому роль подтвердил координатор.
audiences-ask-places =
    <b>Какой муниципалитет?</b> Можно выбрать несколько. Рядом – сколько там людей.

    Или напишите начало названия.
audiences-places-found = <b>Какой муниципалитет?</b> Вот что похоже на «{ $typed }».
audiences-places-none = Не нашли муниципалитет «{ $typed }». Напишите начало названия ещё раз или выберите в списке.
audiences-button-place = { $name } ({ $count })
audiences-button-all-places = Все муниципалитеты
audiences-button-all-mine = Все ваши муниципалитеты
audiences-button-whole-list = Весь список
audiences-ask-grades = <b>Какой класс?</b> Можно выбрать несколько.
audiences-button-any-grade = Любой класс
audiences-ask-tracks = <b>По какому направлению они записывались?</b> Считаются и прошлые записи, и лист ожидания.
audiences-ask-interests = <b>Какое направление им интересно?</b> Они выбрали его темой рассылок или попросили сообщить, когда появится мастерская.
audiences-ask-tie-booked = <b>На что они записаны?</b>
audiences-ask-tie-waiting = <b>На что они ждут места?</b>
audiences-ask-tie-came = <b>На чём они были?</b> Считаются те, кого отметил наставник.
audiences-ask-tie-silent = <b>О чём они не ответили, придут ли?</b>
audiences-type-activity = Напишите название мастерской или мероприятия. Можно выбрать несколько.
audiences-activities-found = Вот что похоже на «{ $typed }». Выберите или напишите по-другому.
audiences-activities-none = По словам «{ $typed }» ничего не нашли. Напишите по-другому.
audiences-button-activity = { $title } · { $place }
audiences-button-drop = Убрать «{ $title }»
audiences-button-drop-gone = Убрать то, чего больше нет

## Saved audiences

audiences-ask-name =
    <b>Как назвать?</b> Напишите короткое название, например «Педагоги Лабинска».

    { $words }.
audiences-name-wordless = Название должно быть из слов, без ссылок. Напишите ещё раз.
audiences-name-long = Название длиннее { $longest } знаков. Напишите короче.
audiences-name-taken =
    <b>«{ $name }» уже есть</b>

    Сейчас там: { $words }.

    Заменить на новое? Или напишите другое название.
audiences-button-replace-saved = Заменить
audiences-saved-list = <b>Сохранённые</b>
audiences-saved-none = Сохранённых пока нет. Выберите, кому отправить, и нажмите «Сохранить».
audiences-saved =
    <b>{ $name }</b>

    { $words }.
audiences-saved-choose = Выбрать вместо того, что есть, или добавить?
audiences-saved-adds-exceptions = Кого здесь исключают, тот не получит рассылку вообще.
audiences-button-choose = Выбрать
audiences-button-instead = Выбрать вместо
audiences-button-add = Добавить
audiences-button-forget = Удалить из сохранённых
audiences-ask-forget = <b>Удалить «{ $name }» из сохранённых?</b> Рассылки останутся как есть.
audiences-button-forget-yes = Да, удалить
audiences-toast-saved = Сохранено
audiences-kept = Сохранено: «{ $name }».
audiences-toast-forgotten = Удалено из сохранённых
audiences-toast-chosen-already = Здесь уже выбрано, кому. Уберите лишнюю группу или добавьте ещё одну.
audiences-toast-full = Больше групп добавить нельзя. Уберите одну или отправьте ещё одну рассылку.
audiences-toast-full-activities = Больше занятий сюда не добавить. Создайте ещё одну группу.
audiences-toast-no-place = Такого муниципалитета нет.
audiences-toast-nobody = Сначала выберите, кому отправить.
audiences-toast-too-many-saved = Сохранённых уже очень много. Удалите одну и попробуйте снова.
audiences-toast-saved-gone = Этой сохранённой аудитории уже нет.
