## «Журнал»: what coordinators and mentors did for others.

journal-button-open = 📖 Журнал
journal-title = <b>Журнал</b>
journal-empty = В журнале пока пусто. Здесь будет видно, кто и что менял.
journal-entry =
    { $number }. { $moment }
    { $who }
    { $what }
    Где: { $where }
journal-everywhere = весь край
journal-nobody = оператор или удалённый профиль
journal-nameless = человек без имени
journal-somebody = удалённый профиль
journal-button-file = Файл { $number }
journal-toast-no-file = У этой записи нет файла.

journal-uses =
    { $count ->
        [one] на { $count } человека
        [few] на { $count } человек
       *[many] на { $count } человек
    }
journal-days =
    { $count ->
        [one] на { $count } день
        [few] на { $count } дня
       *[many] на { $count } дней
    }
journal-role-student = ученик
journal-role-teacher = педагог
journal-role-mentor = наставник
journal-role-parent = родитель
journal-role-coordinator = координатор

journal-action-invited = Сделано приглашение
journal-action-invite-revoked = Отозвано приглашение
journal-action-role-taken = Принята роль
journal-action-role-given = Подтверждена роль
journal-action-role-revoked = Забрана роль
journal-action-imported = Загружена программа
journal-action-second-asked = Ждёт второго координатора
journal-action-questions-refused = Вопросы больше не принимаются
journal-action-questions-accepted = Вопросы снова принимаются
journal-action-exported = Выгружен файл
journal-action-slot-edited = Изменено занятие
journal-action-slot-added = Добавлено занятие
journal-action-slot-cancelled = Отменено занятие
journal-action-edit-undone = Отменена правка
journal-action-activity-edited = Изменено описание
journal-action-attendance = Отмечено, кто пришёл
journal-action-late = Наставник опаздывает
journal-action-cannot-lead = Наставник не сможет провести
journal-action-broadcast = Отправлена рассылка
journal-action-broadcast-stopped = Остановлена рассылка
journal-action-broadcast-corrected = Исправлена рассылка
journal-action-broadcast-recalled = Отозвана рассылка
