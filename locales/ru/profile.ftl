## The profile and what a person may do with their data.

profile-title = <b>Профиль</b>
profile-empty = Профиль пуст. Я спрошу несколько вещей при первой записи – или заполните его сейчас.
profile-name = Имя: { $name }
profile-role = Роль: { $role }
profile-role-unconfirmed = Роль: { $role } (подтвердит координатор)
profile-coordinator = Вы координатор.
profile-municipality = Муниципалитет: { $name }
profile-grade = Класс: { $grade }
profile-grade-after = Учёба: { $grade }
profile-organisation = Организация: { $name }
profile-consent = Согласие: { $day }, версия { $version }

profile-button-fill = Заполнить профиль
profile-button-role = Роль
profile-button-name = Имя
profile-button-municipality = Муниципалитет
profile-button-grade = Класс
profile-button-organisation = Организация
profile-button-data = 📄 Мои данные
profile-button-withdraw = Отозвать согласие
profile-button-delete = Удалить меня
profile-button-withdraw-yes = Да, отозвать
profile-button-delete-yes = Да, удалить всё

profile-ask-withdraw =
    <b>Отозвать согласие?</b>

    Всё, что я о вас храню, сотрётся: ответы, записи, вопросы, роли от координатора. Останется номер чата, а если у вас была роль от координатора – ещё на год запись о ней. Копии базы забудут вас через 14 дней. Сообщения в этом чате удалите сами. Искать мастерские можно будет и дальше.
profile-withdrawn = Согласие отозвано, данные стёрты, записи отменены. Остался номер чата, а если была роль от координатора – ещё на год запись о ней. Захотите записаться снова – я спрошу заново.
profile-ask-delete =
    <b>Удалить всё о вас?</b>

    Сотрутся профиль, записи, напоминания и история. Вернуть их нельзя. Места достанутся тем, кто ждёт.
profile-deleted = Всё о вас удалено. Если понадоблюсь снова, нажмите /start.
profile-deleted-but-record = Удалено всё, кроме записи о вашей роли: номер аккаунта и что вы в ней делали. Она хранится год после роли. Если понадоблюсь снова, нажмите /start.

data-file-name = moi-dannye.txt
data-caption = Здесь всё, что я о вас храню.
data-title = Всё, что хранится о вас. { $moment }
data-address = Чат: { $messenger }, номер { $id }
data-since = Первый раз: { $first }. Последний раз: { $last }.
data-reminders = Напоминания (набор): { $offsets }
data-paused = Пауза до: { $moment }
data-bookings = Записи:
data-booking =
    { $places ->
        [one] { $when } – { $title }, { $places } место, { $state }; запрошено { $asked }
        [few] { $when } – { $title }, { $places } места, { $state }; запрошено { $asked }
       *[many] { $when } – { $title }, { $places } мест, { $state }; запрошено { $asked }
    }
data-status-booked = записаны
data-status-waiting = лист ожидания
data-status-offered = предложено место
data-status-cancelled = отменена
data-status-lapsed = предложение истекло
data-messages = Сообщения от бота (вид, состояние):
data-announcements = Объявления: { $pace }; темы: { $topics }. Пришли:
data-pace-now = сразу
data-pace-daily = раз в день в 18:00
data-pace-never = не присылать
data-announcement = { $when } – { $said }
data-announcement-read = { $announcement }; отмечено «Ознакомлен(а)» { $when }
data-filters = Последний поиск:
data-booking-came = { $booking }; наставник отметил: на занятии
data-booking-absent = { $booking }; наставник отметил: не на занятии
data-leads = Ведёте занятия:
data-asked = Вопросы и ответы, которые вы написали:
data-audiences = Сохранённые аудитории:
data-wishes = О чём сообщить, когда появится:
data-none = ничего
