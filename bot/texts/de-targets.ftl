# Freigegebene Ziele
targets-title = 🔖 <b>Freigegebene Ziele</b>
targets-how = Dorthin geht eine Umleitung ohne PIN, auch von selbst nach Plan.
targets-none = Noch keine. Ein Ziel wird freigegeben, wenn Sie beim Umleiten „Umleiten und Ziel freigeben“ wählen.
targets-entry =
    { $named ->
        [yes] <b>{ $name }</b> · <code>{ $target }</code>
       *[no] <code>{ $target }</code>
    }
targets-approved =
    { $known ->
        [yes] freigegeben am { $at } von { $by }
       *[no] freigegeben am { $at }
    }
targets-used =
    { $where ->
        [lines] ↪️ Zurzeit dorthin umgeleitet: { $names }. Ohne Freigabe bleibt das so, bis jemand umstellt.
        [ends] ⏰ Nach dem Ende einer Umleitung geht es wieder dorthin: { $names }. Ohne Freigabe klappt das nicht.
        [plans] 🗓 Steht in: { $names }. Ohne Freigabe wird dorthin nicht mehr umgestellt, bis Sie den Plan neu speichern.
       *[presets] 🎛 Steht in: { $names }. Ohne Freigabe ist beim Einschalten eine PIN nötig.
    }
targets-unused = Nichts führt zurzeit dorthin: keine Umleitung, kein Plan, kein Preset.
targets-ask = 🗑 { targets-entry } aus den freigegebenen Zielen entfernen?
targets-ask-then = Danach braucht jede neue Umleitung dorthin wieder eine PIN.
targets-button = { $name }
targets-button-remove = 🗑 Entfernen …
targets-button-remove-yes = 🗑 Ja, entfernen
targets-button-list = 🔖 Ziele
summary-revoke = Ziel entfernen: { $name }
change-revoke = 🗑 Freigegebenes Ziel entfernen: <b>{ $name }</b> · <code>{ $target }</code>
