## The programme in: what is wrong with a workbook, what would change. Lines of a report and of the command line.

# Files that cannot be used.

import-file-missing = Такого файла нет. Проверьте имя и папку.
import-file-forbidden = Файл не открывается: нет прав на чтение.
import-file-empty = Файл пустой. Сохраните таблицу ещё раз и пришлите снова.
import-file-too-large = Файл больше { $limit } МБ. Уберите из таблицы картинки и лишние листы.
import-file-too-heavy = Файл слишком сложный: я читал его минуту и не дочитал. Разделите таблицу на части и уберите лишние листы.
import-file-encrypted = Файл закрыт паролем. Снимите пароль и сохраните таблицу ещё раз.
import-file-old-format = Это таблица старого вида (.xls). Откройте её и сохраните как «Книга Excel (.xlsx)».
import-file-other-format = Это двоичная таблица (.xlsb). Откройте её и сохраните как «Книга Excel (.xlsx)».
import-file-not-workbook = Это не таблица Excel. Нужен файл .xlsx.
import-file-damaged = Файл повреждён. Откройте таблицу, сохраните её как «Книга Excel (.xlsx)» и пришлите снова.
import-file-unpacks-too-large = Таблица слишком велика: в развёрнутом виде больше { $limit } МБ. Оставьте в ней только программу.
import-file-too-many-rows = На листе «{ $sheet }» больше { $limit } строк. Столько строк за один раз не загрузить: разделите таблицу.
import-file-too-many-merged = На листе «{ $sheet }» слишком много объединённых ячеек. Отмените объединение.
import-file-no-sheets = В таблице нет ни одного листа программы. Нужны листы с названиями: { $sheets }.

import-file-not-csv = Имя файла кончается на .csv, а внутри таблица Excel. Пришлите её как .xlsx.
import-file-csv-unknown = Не понял, какой это лист. В первой строке файла .csv должны стоять заголовки одного из листов: { $sheets }.
import-file-damaged-csv = Файл .csv повреждён: где-то не закрыта кавычка. Сохраните таблицу ещё раз, лучше как .xlsx.
import-file-damaged-json = Файл .json повреждён. Выгрузите расписание ещё раз и пришлите снова.
import-file-not-schedule = Это не расписание конференции. Нужен schedule.json, как его выгружает pretalx.
import-file-too-many-events = В расписании больше { $limit } событий. Столько за один раз не загрузить.

# Rows that cannot be used: what is wrong, what is expected.

import-problem-headings = не найдены столбцы: { $columns }. Заголовки должны стоять в первой строке. Лист пропущен.
import-problem-empty = пусто, а заполнить нужно.
import-problem-too-long = слишком длинный текст: { $length } при наибольшей длине { $limit }. Сократите.
import-problem-code = «{ $value }» не подходит. Код – это латинские буквы, цифры, «-» и «_», не больше { $limit } знаков.
import-problem-code-cyrillic = «{ $value }» не подходит: есть русские буквы ({ $letters }). Наберите код латинскими буквами.
import-problem-code-taken = код «{ $code }» уже занят на другом листе. Мастерские и мероприятия форума не могут иметь один код.
import-problem-duplicate = код «{ $code }» встречается дважды: ещё на листе «{ $sheet }», строка { $row }. Обе строки пропущены.
import-problem-municipality = «{ $value }» – такого муниципалитета нет в крае. { $suggestion ->
    [none] Напишите, например, «Лабинский район».
   *[other] Возможно, вы имели в виду «{ $suggestion }».
}
import-problem-coordinate = «{ $value }» – не координата. Нужно число от -{ $limit } до { $limit }, например 44,63604.
import-problem-half-a-point = пусто. Нужны и широта, и долгота – или ни одной.
import-problem-choice = «{ $value }» не подходит. Возможные слова: { $words }.
import-problem-cancelled = «{ $value }» непонятно. Напишите «да» или оставьте пустым.
import-problem-capacity = «{ $value }» – не число мест. Нужно целое число от 1 до { $limit } или «без ограничений».
import-problem-date = «{ $value }» – не дата. Нужно так: 12.10.2026.
import-problem-time = «{ $value }» – не время. Нужно так: 10:00.
import-problem-ends-first = конец { $end } не позже начала { $start }.
import-problem-grades = «{ $value }» непонятно. Нужно так: 7–11, 5, 9–СПО, «СПО, вуз» или пусто, если для всех.
import-problem-date-for-text = таблица приняла текст за дату ({ $value }). Поставьте ячейке формат «Текстовый» и наберите снова.
import-problem-formula = формула без результата. Откройте таблицу, дождитесь пересчёта и сохраните – или впишите значение.
import-problem-cell-error = в ячейке ошибка { $value }. Впишите значение.
import-problem-merged = ячейки { $cells } объединены. Отмените объединение и заполните каждую строку.
import-problem-depends = строка с кодом «{ $code }» на листе «{ $sheet }» с ошибкой, поэтому и эта не загружена.
import-problem-reference = кода «{ $code }» нет на листе «{ $sheet }». { $suggestion ->
    [none] Проверьте код.
   *[other] Возможно, вы имели в виду «{ $suggestion }».
}
import-problem-not-yours = это не ваш муниципалитет: строку меняет его координатор.
import-problem-for-all = форум меняют координаторы всего края.
import-problem-hosts-others = на этой площадке идёт форум, поэтому её меняют координаторы всего края.
import-problem-slot-of-forum = «{ $code }» – мероприятие форума, у него занятий нет. Время мероприятия меняют на листе «Форум».
import-problem-other-workshop = занятие «{ $code }» относится к мастерской «{ $stored }». Для другой мастерской заведите новое занятие.

# Worth a look, though nothing is refused.

import-warning-sheet = Лист «{ $name }» не из программы, он пропущен.
import-warning-column = столбец { $letters } «{ $name }» незнаком, он пропущен.
import-warning-column-twice = столбец «{ $name }» повторяется, второй ({ $letters }) пропущен.
import-warning-far-point = точка { $point } далеко от края. Не перепутаны ли широта и долгота?
import-warning-past = это время уже прошло.
import-warning-overbooked = мест { $capacity }, а записано уже { $taken }. Никто не потеряет место, но новых записей не будет.

import-warning-track = направление «{ $value }» незнакомо, записано «{ $kept }» (событий: { $count }).
import-warning-zone = Часовой пояс «{ $zone }» мне не знаком. Время в расписании считаю московским.
import-warning-venue-made = Площадок в расписании нет: заведена площадка «{ $code }», { $municipality }. Поправьте её адрес на листе «Площадки».

# Where it is.

import-place-sheet = «{ $sheet }»: { $what }
import-place-row = «{ $sheet }», строка { $row }: { $what }
import-place-cell = «{ $sheet }», строка { $row }, «{ $column }»: { $what }

# The report.

import-report-new = Новое: { $count }
import-report-changed = Изменится: { $count }
import-report-vanished = Нет в файле (остаётся как было, решать вам): { $count }
import-report-problems = Ошибки: { $count }
import-report-warnings = Обратите внимание: { $count }
import-report-unchanged = Без изменений: { $count }
import-report-nothing = Изменений нет.
import-report-sheet = «{ $sheet }»: { $count }
import-report-named = { $code } – { $title }
import-report-field = { $column }: { $old } → { $new }
import-report-blank = пусто
import-report-more = … и ещё { $count }
import-report-people = Об изменениях { $count ->
    [one] узнает { $count } человек
    [few] узнают { $count } человека
   *[many] узнают { $count } человек
}.
import-report-nobody = Об изменениях никому сообщать не нужно.

# The command line.

import-command-help = загрузить программу из таблицы .xlsx, листа .csv или schedule.json
import-command-file = таблица .xlsx, лист .csv или schedule.json
import-command-dry-run = только показать, что изменится
import-command-reading = Читаю «{ $sheet }»: { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[many] { $count } строк
}…
import-command-checking = Сверяю с базой…
import-command-applying = Записываю…
import-command-applied = Готово: программа загружена.
import-command-applied-partly = Готово: строки без ошибок загружены. Исправьте остальные и загрузите файл ещё раз.
import-command-nothing-applied = Ничего не загружено.
import-command-previewed = Это только проверка, ничего не изменено.
