## «Роли»: invitations, who holds which role, taking it back.

roles-button-open = 🔑 Роли
roles-title =
    <b>Роли</b>

    Где: { $where }. Пригласите человека ссылкой или посмотрите, кто есть.
roles-button-holders = { $role } ({ $count })
roles-button-invitations = Открытые приглашения ({ $count })
roles-button-back = Назад к ролям

# The role as a group, in «Педагоги (3)».
roles-many-teacher = Педагоги
roles-many-mentor = Наставники
roles-many-coordinator = Координаторы
# One of them, in «Роль: педагог».
roles-one-teacher = педагог
roles-one-mentor = наставник
roles-one-coordinator = координатор
roles-button-invite-teacher = Пригласить педагога
roles-button-invite-mentor = Пригласить наставника
roles-button-invite-coordinator = Пригласить координатора
roles-everywhere = весь край

## Making an invitation

roles-ask-uses-teacher = <b>Приглашение для педагога.</b> Сколько человек смогут его принять?
roles-ask-uses-mentor = <b>Приглашение для наставника.</b> Сколько человек смогут его принять?
roles-button-uses =
    { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }
roles-ask-days = <b>Сколько дней действует приглашение?</b>
roles-button-days =
    { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
roles-ask-where = <b>Для какого муниципалитета?</b> Роль будет действовать только там.
roles-ask-where-coordinator =
    <b>Приглашение для координатора.</b> Для какого муниципалитета?

    Координатор меняет программу и видит записи людей. Приглашение – для одного человека и на один день. Когда он придёт, я покажу вам, кто это, и роль подтвердите вы.
roles-button-everywhere = Весь край

roles-invitation =
    <b>Приглашение готово</b>

    Роль: { $role }. Где: { $where }.
    Осталось: { $uses }. Действует до: { $until }.

    Ссылка: { $link }
    Код: <code>{ $code }</code>

    Перешлите следующее сообщение тому, кого приглашаете.
roles-invitation-open =
    <b>Приглашение</b>

    Роль: { $role }. Где: { $where }.
    Осталось: { $uses }. Действует до: { $until }.

    Ссылка: { $link }
    Код: <code>{ $code }</code>
roles-uses-left =
    { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[many] { $count } человек
    }
roles-forward =
    Здравствуйте! Приглашаю вас в бот инженерного движения Кубани. Роль: { $role }. Где: { $where }.

    Откройте ссылку и нажмите «Принять»: { $link }
    Или напишите боту @{ $bot } код { $code }

    Действует до: { $until }.

roles-invitations = <b>Открытые приглашения</b>
roles-invitations-none = Открытых приглашений нет.
roles-button-invitation = { $role } · { $where } · { $uses }
roles-button-forward = Сообщение для пересылки
roles-button-revoke = Отозвать приглашение
roles-toast-revoked = Приглашение отозвано
roles-toast-not-open = Это приглашение уже не действует

## Accepting

roles-offer =
    <b>Вас приглашают</b>

    Роль: { $role }.
    Где: { $where }.
    Кто приглашает: координатор.

    { $what }
roles-what-teacher = Вы сможете получать объявления для педагогов и записывать до 5 человек вместе с собой.
roles-what-mentor = Вы увидите, кто придёт на ваши занятия, и сможете предупредить их об изменениях.
roles-what-coordinator = Вы сможете менять программу и видеть, кто записан. Данные людей никому не передавайте.
roles-button-accept = ✅ Принять
roles-record =
    Пока роль ваша и ещё { $days } дней после неё, я храню запись: номер вашего аккаунта в мессенджере, роль и то, что вы в ней делали. «Удалить меня» её не сотрёт. Так можно узнать, кто смотрел списки детей. Нажмёте «Принять» – значит, вы согласны.
roles-offer-waits = После «Принять» пригласивший увидит ваше имя и муниципалитет и подтвердит, что это вы.
roles-nameless-first = Для этой роли мне нужны ваше имя и согласие. Заполните профиль, потом откройте приглашение ещё раз и нажмите «Принять».
roles-waiting = Готово, осталось подождать: пригласивший координатор подтвердит, что это вы. Я напишу.
roles-asked = 🔑 <b>По вашему приглашению пришёл координатор.</b> Роль начнёт действовать, когда вы подтвердите, что это тот самый человек.
roles-asked-stranger = 🔑 По вашему приглашению для координатора пришёл человек, который ещё не назвал имя. Роли у него нет. Если вы посылали ссылку не ему, отзовите приглашение.
roles-button-look = Посмотреть, кто это
roles-button-look-invitation = Открыть приглашение
roles-answered-yes = Координатор подтвердил: теперь вы тоже координатор.
roles-answered-no = Координатор не подтвердил приглашение, роли у вас нет. Если это ошибка, поговорите с ним.
roles-new-coordinator = 🔑 <b>Появился новый координатор:</b> { $name }, { $where }. Если вы такого не ждали, посмотрите, кто его пригласил.
roles-newcomer =
    <b>{ $name }</b> хочет быть координатором

    Живёт: { $place }.
    Пользуется ботом с: { $since }.
    Пришёл по приглашению: { $came }.
    Где будет координатором: { $where }.

    Имя человек написал сам. Если сомневаетесь, позвоните ему.
roles-placeless = не сказано
roles-button-let-in = Да, это мой человек
roles-button-turn-away = Нет, не подтверждать
roles-toast-let-in = Теперь это координатор
roles-toast-turned-away = Роль не выдана
roles-toast-nobody-waits = Здесь уже никто не ждёт
roles-accepted =
    Готово, роль ваша: { $role }. Где: { $where }.

    { $what }
roles-held = Эта роль у вас уже есть: { $role }. Где: { $where }.
roles-toast-accepted = Роль принята

roles-refused-unknown = Такого приглашения нет. Проверьте код: в нём 8 знаков, без нуля и единицы. Или попросите координатора прислать ссылку.
roles-refused-revoked = Это приглашение отозвали. Попросите координатора прислать новое.
roles-refused-expired = Срок приглашения вышел. Попросите координатора прислать новое.
roles-refused-used-up = Этим приглашением уже воспользовались все, кому оно было. Попросите координатора прислать новое.
roles-refused-taken-back = Эта роль у вас закончилась уже после приглашения. Если она снова нужна, попросите у координатора новое.
roles-refused-rest = Слишком много неверных кодов подряд. Попробуйте снова после { $until } или попросите координатора прислать ссылку.

## Who holds what

roles-holders-title = <b>{ $role }</b>
roles-holders-none = Пока никого.
roles-holders-from-settings =
    { $count ->
        [one] Ещё { $count } координатор всего края назван в настройках бота.
        [few] Ещё { $count } координатора всего края названы в настройках бота.
       *[many] Ещё { $count } координаторов всего края названы в настройках бота.
    } Здесь его не забрать.
roles-button-holder = { $name } · { $where }
roles-nameless = без имени
roles-holder =
    <b>{ $name }</b>

    Роль: { $role }. Где: { $where }.
    С какого дня: { $day }.
    Кто пригласил: { $giver }.
roles-giver-none = оператор
roles-button-take-back = Забрать роль
roles-ask-take-back =
    <b>Забрать роль?</b>

    { $name }, { $role }, { $where }. Записи человека останутся. Открытые приглашения бывшего координатора закроются, его рассылки встанут на паузу и перейдут коллегам.
roles-ask-take-back-plain =
    <b>Забрать роль?</b>

    { $name }, { $role }, { $where }. Записи человека останутся, списки своих занятий он больше не увидит.
roles-brought-in =
    { $count ->
        [one] По его приглашениям роль есть ещё у { $count } человека:
        [few] По его приглашениям роль есть ещё у { $count } человек:
       *[many] По его приглашениям роль есть ещё у { $count } человек:
    }
roles-brought-in-line = { $name }, { $role }, { $where }
roles-button-take-back-all =
    { $count ->
        [one] Забрать и у него, и у { $count } человека
        [few] Забрать и у него, и у { $count } человек
       *[many] Забрать и у него, и у { $count } человек
    }
roles-button-take-back-yes = Да, забрать
roles-toast-taken-back = Роль забрали
roles-toast-gone = Этой роли уже нет
roles-toast-last = Это последний координатор всего края. Сначала пригласите другого.
roles-left-coordination = Теперь вы не координатор.
