## The forum's programme.

programme-title = <b>Программа форума</b>
programme-empty = Программы форума пока нет. Как только она появится, её можно будет посмотреть здесь.
programme-fact = { $name }: { $value }
programme-ask-day = Выберите день.
programme-ask-track = <b>Какое направление?</b>
programme-day =
    { $count ->
        [one] <b>{ $day }</b> · { $count } событие
        [few] <b>{ $day }</b> · { $count } события
       *[many] <b>{ $day }</b> · { $count } событий
    }
programme-day-track =
    { $count ->
        [one] <b>{ $day }, { $track }</b> · { $count } событие
        [few] <b>{ $day }, { $track }</b> · { $count } события
       *[many] <b>{ $day }, { $track }</b> · { $count } событий
    }
programme-now = <b>Сейчас и скоро</b>
programme-nothing-now = Сейчас и в ближайший час на форуме ничего нет. Посмотрите дни.
programme-line =
    { $number }. { $hours } · <b>{ $title }</b>
    { $room } · { $track }
    { $status }
programme-clash = { $status }; пересекается с «{ $title }»
programme-running = идёт сейчас, { $status }
programme-my-day =
    <b>Мой день</b>

    { $lines }
programme-my-day-empty = { $day }: у вас пока нет записей. Выберите в программе, что интересно.
programme-button-now = ⏱ Сейчас и скоро
programme-button-my-day = 🗓 Мой день
programme-button-tracks = По направлению
programme-button-all-tracks = По времени, все направления
programme-button-whole-day = Весь день
