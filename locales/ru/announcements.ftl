## What a recipient of announcements reads and chooses; «рассылка» is the coordinator's word for the same.

announcements-variable-name = имя
announcements-variable-booking = запись
announcements-variables = Вместо { "{" }{ announcements-variable-name }{ "}" } каждый увидит своё имя, вместо { "{" }{ announcements-variable-booking }{ "}" } – свою ближайшую запись.
announcements-visit = { $title }, { $when }
announcements-nameless = друзья
announcements-no-visit = ваше занятие

announcements-button-open = Открыть «{ $title }»
announcements-button-read = Ознакомлен(а)
announcements-button-was-read = ✓ Отмечено: ознакомлен(а)
announcements-toast-read = Спасибо, отмечено
announcements-toast-not-yours = Такого объявления у вас нет.
announcements-toast-recalled = Это объявление отозвали: оно больше не действует. Делать ничего не нужно.
announcements-not-shown = Не получилось показать объявление. Нажмите ещё раз чуть позже.

announcements-digest = 📣 <b>Объявления за день: { $count }</b>
announcements-digest-more =
    { $count ->
        [one] И ещё { $count } объявление.
        [few] И ещё { $count } объявления.
       *[many] И ещё { $count } объявлений.
    }
announcements-line = <b>{ $number }.</b> { $said }
announcements-line-who = <i>{ $who }, { $when }</i>
announcements-line-when = <i>{ $when }</i>
announcements-line-recalled = <b>{ $number }.</b> Это объявление отозвали: оно больше не действует.
announcements-only-photo = (фото)
announcements-only-document = (файл)
announcements-button-read-all = Читать: { $said }
announcements-button-more = Ещё

announcements-button = 📣 Объявления
announcements-choice =
    📣 <b>Объявления</b>

    Это новости от координаторов: что нового, куда зовут, какие сроки. Они приходят всем, кто дал согласие, и педагогам тоже.
announcements-pace-now = <b>Сейчас:</b> приходят сразу. Ночью не тревожим, если это не срочно.
announcements-pace-daily = <b>Сейчас:</b> приходят раз в день, в 18:00, одним сообщением. Срочные – сразу.
announcements-pace-never = <b>Сейчас:</b> не приходят, даже срочные.
announcements-topics = <b>Темы:</b> { $topics }. То, что касается всех, придёт при любой теме.
announcements-all-topics = все
announcements-no-consent = Пока вы не дали согласие, объявления не приходят. Я спрошу о нём при первой записи.
announcements-paused = ⏸ <b>Пауза до { $day }.</b> До этого дня объявлений не будет, и потом я их не пришлю.
announcements-always = О переносе и отмене ваших занятий я напишу в любом случае.
announcements-button-chosen = ✓ { $what }
announcements-button-pace-now = Сразу
announcements-button-pace-daily = Раз в день в 18:00
announcements-button-pace-never = Не присылать
announcements-button-all-topics = Все темы
announcements-button-track-technology = Технологии
announcements-button-track-engineering = Инженерия
announcements-button-track-agro = Агро
announcements-button-track-entrepreneurship = Предпринимательство
announcements-toast-pace-now = Объявления будут приходить сразу
announcements-toast-pace-daily = Объявления будут приходить раз в день в 18:00
announcements-toast-pace-never = Объявления приходить не будут
announcements-toast-topics = Темы: { $topics }

announcements-button-received = Что приходило
announcements-received = 📣 <b>Что приходило</b>
announcements-received-none = Объявлений пока не было.
