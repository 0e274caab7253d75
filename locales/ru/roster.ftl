## «Списки участников».

roster-button-open = 📋 Списки участников
roster-title =
    <b>Списки участников</b>

    Пришлю таблицу Excel: её можно распечатать. Каждая выгрузка остаётся в журнале.

    Какой нужен список?
roster-button-days = По дням
roster-button-municipalities = По муниципалитетам и занятиям
roster-days = <b>За какой день?</b> Рядом – сколько мест занято.
roster-municipalities = <b>Какой муниципалитет?</b> Рядом – сколько мест занято.
roster-activities =
    <b>{ $name }</b>

    Список всего муниципалитета или одного занятия?
roster-button-whole = Весь муниципалитет
roster-button-counted = { $name } ({ $count })
roster-nobody = Пока никто не записан: список был бы пустым.
roster-empty = Пока никто не записан: список был бы пустым.
roster-gone = Такого списка больше нет. Выберите другой.

# The workbook.

roster-page-title = Участники: { $name }
roster-page-number = Страница &P из &N
roster-file-name = uchastniki-{ $name }.xlsx
roster-caption = { $title }. { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
}. В файле личные данные: не пересылайте его посторонним.
roster-column-time = время
roster-column-title = занятие
roster-column-place = место
roster-column-name = имя
roster-column-role = класс / роль
roster-column-places = мест
roster-column-companions = с кем
roster-column-answer = ответ
roster-nameless = имя скрыто
roster-role-student = ученик
roster-role-teacher = педагог
roster-role-mentor = наставник
roster-role-parent = родитель
roster-role-coordinator = координатор
roster-grade = { $grade } класс
roster-answer-coming = придёт
roster-answer-offered = место предложено
