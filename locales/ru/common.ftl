## Words shared by every screen. Keys read feature-screen-part.

common-button-back = Назад
common-button-menu = В меню
common-button-next-page = Дальше
common-button-previous-page = Раньше
common-page = Страница { $number } из { $last }

common-places-unlimited = мест хватит всем
common-places-none = мест нет
common-places-left =
    { $count ->
        [one] { $count } место
        [few] { $count } места
       *[many] { $count } мест
    }
