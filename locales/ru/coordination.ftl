## «Координатору».

coordination-title =
    <b>Координатору</b>

    Где: { $where }.
coordination-everywhere = все муниципалитеты
