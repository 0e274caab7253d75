## The command line, for operators.

command-description = Бот инженерного движения Кубани.
command-run-help = запустить бота
command-run-wrong-token = Telegram не принимает BOT_TOKEN. Проверьте его в .env: его выдаёт @BotFather.
command-run-standby = если бот уже запущен, ждать и сменить его, когда он остановится
command-run-another = С этой базой уже работает другой бот. Вдвоём они отвечали бы дважды, поэтому я не запускаюсь. Остановите первого или добавьте --standby: тогда я подожду и сменю его.
command-database-read-only = В базу { $database } нельзя писать: она или её папка только для чтения. Дайте право на запись пользователю, от имени которого работает бот.
command-database-damaged = Файл базы { $database } повреждён, или это не база SQLite. Верните последнюю целую копию: как это сделать, сказано в docs/operator.md.
command-database-full = На диске кончилось место: в базу { $database } ничего не записать. Освободите место и запустите меня снова.
command-database-locked = База { $database } занята другой программой. Закройте её или подождите и попробуйте ещё раз.
command-database-not-opened = База { $database } не открывается: проверьте путь и права на папку.
command-database-newer = С базой { $database } уже работала более новая версия бота. Поставьте эту версию или верните копию базы, сделанную до обновления.
command-database-unreachable = База { $database } не отвечает или не пускает. Проверьте, работает ли сервер и верен ли DATABASE_URL.
command-database-no-driver = Для PostgreSQL нужен ещё один пакет. Установите его: make setup-server EXTRA=postgres
command-demo-help = показать бота в браузере: без токена и без сети
command-demo-port = порт страницы
command-demo-fresh = начать с новой базы
command-demo-open = Демонстрация открыта: { $url } (остановить: Ctrl+C)
command-demo-port-taken = Порт { $port } занят: возможно, демонстрация уже открыта в другом окне. Закройте её или возьмите другой порт: make demo PORT={ $other }
command-demo-plus-hour = +1 час
command-demo-plus-day = +1 день
command-demo-next-reminder = До следующего напоминания
command-demo-moved = Часы бота: { $moment }
command-demo-no-reminder = Напоминаний впереди нет. Запишитесь на занятие – и оно появится.
command-demo-status = Часы бота: { $moment }
command-demo-title = Демонстрация
command-demo-bot-name = Инженерная Кубань (демо)
command-backup-help = сделать копию базы, не останавливая бота
command-backup-file = куда записать
command-backup-done =
    { $size ->
        [one] Копия записана: { $file } ({ $size } КБ)
        [few] Копия записана: { $file } ({ $size } КБ)
       *[many] Копия записана: { $file } ({ $size } КБ)
    }
command-backup-cannot-write = Не получилось записать копию: { $file }. Проверьте путь и место на диске.
command-backup-not-sqlite = Эта команда копирует только SQLite. Для PostgreSQL возьмите pg_dump.
command-check-help = проверить настройки, тексты, базу и токен
command-check-fine = [хорошо]
command-check-problem = [плохо]
command-check-warning = [внимание]
command-check-no-operator = Не сказано, кто отвечает за данные людей: впишите в .env OPERATOR_NAME, OPERATOR_ADDRESS и OPERATOR_CONTACT. Пока бот пишет, что это демо.
command-check-settings = Настройки прочитаны.
command-check-texts = Тексты в порядке.
command-check-texts-broken = В файлах текстов ошибка.
command-check-database =
    { $activities ->
        [one] База открыта: { $activities } мастерская или событие, занятий: { $slots }.
        [few] База открыта: { $activities } мастерские и события, занятий: { $slots }.
       *[many] База открыта: { $activities } мастерских и событий, занятий: { $slots }.
    }
command-check-integrity = Счёт мест не сходится: { $problem }
command-check-damaged = Файл базы повреждён: { $problem }
command-check-good-copy = Последняя целая копия: { $file }. Как её вернуть, сказано в docs/operator.md.
command-check-no-good-copy = Целой копии в var/backups нет. Ничего не удаляйте: часть данных ещё можно спасти.
command-check-copy-damaged = Копия { $file } повреждена: из неё базу не вернуть.
command-check-departed =
    { $count ->
        [one] Копия базы вернула { $count } человека, которого бот уже удалил. Он удалён снова.
        [few] Копия базы вернула { $count } человека, которых бот уже удалил. Они удалены снова.
       *[many] Копия базы вернула { $count } человек, которых бот уже удалил. Они удалены снова.
    }
command-check-no-token = BOT_TOKEN не задан: бот не запустится.
command-check-token = Токен принят, бот @{ $name }.
command-check-token-wrong = Telegram не принимает BOT_TOKEN.
command-check-group = Группа координаторов на месте, темы включены.
command-check-group-public = Группа COORDINATORS_CHAT открытая: у неё есть имя, и вопросы детей прочтёт кто угодно. Сделайте её закрытой. Пока вопросы приходят каждому координатору.
command-check-group-deletes = В группе COORDINATORS_CHAT боту не хватает права «Удаление сообщений»: когда человек удалит свои данные, его вопрос останется в группе.
command-check-group-wrong = В группе COORDINATORS_CHAT бот не может заводить темы: включите темы и сделайте бота администратором с правом на них. Пока вопросы приходят каждому координатору.
command-check-no-network = До Telegram не достучаться: проверьте сеть и TELEGRAM_API_URL.
