## What people read when something cannot be done.

error-forbidden = Это может только координатор. Если вы координатор, попросите коллег дать вам роль.
error-ours = У нас что-то сломалось. Ваши записи целы. Попробуйте ещё раз через минуту.

fallback-toast-renewed = Меню обновилось
fallback-command = Такой команды нет. Вот что я умею.
fallback-content = Я понимаю слова и кнопки. Напишите, что ищете, или выберите в меню.
