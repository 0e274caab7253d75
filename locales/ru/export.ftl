## The programme out: the command line.

export-command-help = сохранить программу в таблицу .xlsx или форум в schedule.json
export-command-file = куда сохранить, например programme.xlsx
export-command-done = Сохранено: { $file }. В таблице { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[many] { $count } строк
}.
export-command-cannot-write = Сохранить в { $file } не получилось: нет такой папки или прав на запись.
export-template-help = сохранить пустую таблицу для программы
export-template-done = Сохранено: { $file }. Заполните листы и загрузите командой import.
