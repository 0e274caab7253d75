## The card of a workshop or a forum session, and words that describe both.

card-title = <b>{ $title }</b>
card-kind = { $kind } · { $track }
card-kind-workshop = мастерская
card-kind-forum = мероприятие форума
card-description = { $text }
card-leader = <b>Ведёт:</b> { $who }
card-speakers = <b>Выступают:</b> { $who }
card-where = <b>Где:</b> { $where }
card-distance = <b>От вас:</b> { $distance }
card-directions = <b>Как добраться:</b> { $text }
card-access = <b>Доступная среда:</b> { $what }
card-grades = <b>Для кого:</b> { $grades }
card-audience = <b>Для кого:</b> { $who }
card-bring = <b>Взять с собой:</b> { $text }
card-safety = <b>Безопасность:</b> { $text }
card-slots = <b>Выберите время:</b>
card-slot = <b>Когда:</b> { $when } – { $status }
card-slot-gone = Отменено: { $when }.
card-slot-cancelled = отменено
card-slot-queue =
    { $count ->
        [one] мест нет, ждут { $count } место
        [few] мест нет, ждут { $count } места
       *[many] мест нет, ждут { $count } мест
    }
card-slot-own-booked = вы записаны
card-slot-own-waiting = вы в листе ожидания
card-no-slots = Новых занятий пока нет. Загляните позже или выберите другую мастерскую.
card-no-map = Точки на карте пока нет. Адрес – в карточке.
card-not-found = Такого занятия в программе нет: возможно, его убрали. Вот что можно посмотреть.
card-button-sign-up = ✅ Записаться
card-button-slot = { $when } – { $status }
card-button-own = 📌 Вы записаны: { $when }
card-button-own-waiting = ⏳ Вы ждёте место: { $when }
card-button-own-offered = 📌 Есть место для вас: { $when }
card-button-map = 🗺 На карте
card-button-share = Поделиться

track-technology = технологии
track-engineering = инженерия
track-agro = агро
track-entrepreneurship = предпринимательство

format-lecture = лекция
format-masterclass = мастер-класс
format-round-table = круглый стол
format-defence = защита проектов
format-case = кейс предприятия
format-presentation = презентация

access-step-free = вход без ступеней
access-lift = лифт
access-toilet = туалет
access-sign-language = жестовый язык
access-quiet-room = тихая комната

audience-all = все
audience-students = ученики
audience-teachers = педагоги
audience-mentors = наставники

grade-college = СПО
grade-university = вуз
grade-one = { $low } класс
grade-range = { $low }–{ $high } классы
grade-mixed = с { $low } класса, { $high }
