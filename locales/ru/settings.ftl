## What is wrong with the settings: one line each, read by whoever starts the bot.

settings-bot-token-missing = BOT_TOKEN не задан. Получите токен у @BotFather и впишите его в файл .env строкой BOT_TOKEN=…
settings-bot-token-wrong = BOT_TOKEN не похож на токен: нужны цифры, двоеточие и длинный ключ, как их прислал @BotFather.
settings-telegram-api-url-wrong = TELEGRAM_API_URL: «{ $value }» – не адрес сервера. Пример: https://api.telegram.org
settings-database-url-wrong = DATABASE_URL: нужен адрес базы SQLite или PostgreSQL. Примеры: sqlite:///var/bot.sqlite3, postgresql://user@host/name
settings-coordinator-ids-wrong = COORDINATOR_IDS: «{ $value }» – нужны номера через запятую. Пример: 1001,1002
settings-coordinators-chat-wrong = COORDINATORS_CHAT: «{ $value }» – нужен номер группы, он начинается с минуса. Пример: -1001234567890
settings-timezone-wrong = TIMEZONE: часового пояса «{ $value }» нет. Пример: Europe/Moscow
settings-log-level-wrong = LOG_LEVEL: «{ $value }» – нужно одно из слов DEBUG, INFO, WARNING, ERROR.
settings-log-format-wrong = LOG_FORMAT: «{ $value }» – нужно console или json.
