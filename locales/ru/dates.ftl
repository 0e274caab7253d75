## Days, times, waiting and distances. The lists are in order: Monday first, January first.

dates-weekdays = пн вт ср чт пт сб вс
dates-months = января февраля марта апреля мая июня июля августа сентября октября ноября декабря
dates-day = { $weekday } { $day } { $month }
dates-day-of-another-year = { $weekday } { $day } { $month } { $year }
dates-today = сегодня
dates-tomorrow = завтра
dates-now = сейчас
dates-in-minutes = через { $count ->
    [one] { $count } минуту
    [few] { $count } минуты
    [many] { $count } минут
   *[other] { $count } минуты
}
dates-in-hours = через { $count ->
    [one] { $count } час
    [few] { $count } часа
    [many] { $count } часов
   *[other] { $count } часа
}
dates-in-days = через { $count ->
    [one] { $count } день
    [few] { $count } дня
    [many] { $count } дней
   *[other] { $count } дня
}
dates-kilometres = { $distance } км
dates-metres = { $distance } м
