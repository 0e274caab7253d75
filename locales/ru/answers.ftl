## «Кто придёт»: answers to notices, and whom to call.

answers-slot =
    👥 <b>{ $title }</b>
    { $when }
    { $where }
answers-booked = <b>Занято мест:</b> { $booked } из { $places }
answers-booked-unlimited = <b>Занято мест:</b> { $booked }, без ограничений
answers-over =
    { $over ->
        [one] ⚠️ Это на { $over } место больше, чем есть.
        [few] ⚠️ Это на { $over } места больше, чем есть.
       *[many] ⚠️ Это на { $over } мест больше, чем есть.
    }
answers-coming = <b>Придут:</b> { $count }
answers-silent = <b>Не ответили:</b> { $count }
answers-declined = <b>Отказались:</b> { $count }
answers-offered = <b>Предложено место:</b> { $count }
answers-waiting = <b>В листе ожидания:</b> { $count }
answers-cancelled = ❌ <b>Занятие отменено.</b>
answers-silent-names = <b>Кто не ответил:</b>
answers-silent-name = • { $name } – { $who }
answers-nobody-to-call = Звонить никому не нужно.
answers-toast-nobody = Звонить никому не нужно
answers-button-call-sheet = 📞 Список для звонков: { $count }

answers-column-name = Имя
answers-column-municipality = Муниципалитет
answers-column-from = Класс или организация
answers-column-holds = Что у человека
answers-column-places = Мест
answers-column-reason = Почему звоним
answers-column-notes = Заметки
answers-holding-booked = Запись: { $title }, { $when }
answers-holding-offered = Предложено место: { $title }, { $when }
answers-holding-waiting = Лист ожидания: { $title }, { $when }
answers-reason-blocked = Бот заблокирован
answers-reason-undelivered = Сообщение не дошло
answers-reason-silent = Не ответил
answers-sheet-title = Список для звонков: { $title }, { $when }
answers-page-number = Страница &P из &N
answers-file-name = zvonki-{ $code }.xlsx
answers-caption = Список для звонков: { $title }. Людей: { $count }. Телефонов бот не хранит: спросите их в школах.
