# Was geplant ist
plans-title = 🗓 <b>Geplant</b> – was von selbst umgestellt wird
plans-none = Noch nichts. Ein Wochenplan leitet außerhalb der Geschäftszeiten um, ein Dienstplan von einer Person zur nächsten.
plans-end = ⏰ <b>{ $line }</b>: umgeleitet bis { $until }
plans-plan =
    { $kind ->
        [rota] 👥
       *[plan] 🗓
    } <b>{ $name }</b> · { $line }
plans-next = Nächste Umstellung: { $at }
plans-state =
    { $state ->
        [resting] 💤 ruht, weil von Hand umgestellt wurde
        [off] ⚪ aus
       *[on] 🟢 an
    }
plans-overruled =
    { $by ->
        [rota] ⚠️ Zurzeit entscheidet ein Dienstplan für dieselbe Leitung; er geht vor.
       *[end] ⚠️ Zurzeit gilt eine Umleitung bis zu einem festen Ende; sie geht vor.
    }
plans-hours =
    { $same ->
        [yes] { plans-first }
       *[no] { plans-first }–{ plans-last }
    }: <b>{ $spans }</b> { $when ->
        [unconditional] klingelt es hier
       *[other] nicht umgeleitet
    }
plans-first =
    { $first ->
        [0] Mo
        [1] Di
        [2] Mi
        [3] Do
        [4] Fr
        [5] Sa
       *[6] So
    }
plans-last =
    { $last ->
        [0] Mo
        [1] Di
        [2] Mi
        [3] Do
        [4] Fr
        [5] Sa
       *[6] So
    }
plans-lunch = 🍽 Mittags { $span } umgeleitet
plans-case = 📞 Umgeleitet wird: { diversion-when }
plans-outside =
    { $when ->
        [unconditional] ↪️ Sonst immer → { $name }
       *[other] ↪️ Sonst → { $name }
    }
plans-holidays =
    { $state ->
        [none] 🎉 Feiertage: wie andere Tage
       *[other] 🎉 Feiertage: { plans-state-name }
    }
plans-state-name =
    { $state ->
        [BW] Baden-Württemberg
        [BY] Bayern
        [BE] Berlin
        [BB] Brandenburg
        [HB] Bremen
        [HH] Hamburg
        [HE] Hessen
        [MV] Mecklenburg-Vorpommern
        [NI] Niedersachsen
        [NW] Nordrhein-Westfalen
        [RP] Rheinland-Pfalz
        [SL] Saarland
        [SN] Sachsen
        [ST] Sachsen-Anhalt
        [SH] Schleswig-Holstein
        [TH] Thüringen
       *[none] keine
    }
plans-vacation = 🏖 Geschlossen vom { $first } bis { $last }
plans-handover =
    { $day ->
        [daily] 🔁 Wechsel täglich um { $time } Uhr
        [0] 🔁 Wechsel montags um { $time } Uhr
        [1] 🔁 Wechsel dienstags um { $time } Uhr
        [2] 🔁 Wechsel mittwochs um { $time } Uhr
        [3] 🔁 Wechsel donnerstags um { $time } Uhr
        [4] 🔁 Wechsel freitags um { $time } Uhr
        [5] 🔁 Wechsel samstags um { $time } Uhr
       *[6] 🔁 Wechsel sonntags um { $time } Uhr
    }
plans-weekend = 🛋 Wochenende ({ plans-first } { $begins } – { plans-last } { $ends }): { $count ->
        [0] wie die Woche
        [one] { $names }
       *[other] { $names }, im Wechsel
    }
plans-person =
    { $now ->
        [yes] 👉 <b>{ $name }</b> hat Dienst
       *[no] • { $name }
    } · <code>{ $target }</code>
plans-longer = ⏰ In Ordnung: Es bleibt bis { $until } umgeleitet.
plans-ending = ⏳ Wird beendet. Ich sage gleich hier, dass alles wieder wie vorher ist.
plans-ask-delete = 🗑 <b>{ $name }</b> löschen? Was gerade umgeleitet ist, bleibt so, bis Sie es ändern.
plans-deleted = 🗑 Gelöscht. Was gerade umgeleitet ist, bleibt so, bis Sie es ändern.
plans-ask-swap = 🔁 { $name } hat jetzt Dienst. Wer übernimmt bis zum nächsten Wechsel?
plans-button-card =
    { $kind ->
        [end] ⏰
        [rota] 👥
       *[plan] 🗓
    } { $name }
plans-button-new = ➕ Wochenplan
plans-button-rota = ➕ Dienstplan
plans-button-presets = 🎛 Presets
plans-button-longer = ⏰ +1 h
plans-button-end = ⏹ Jetzt beenden
plans-button-turn =
    { $to ->
        [off] ⚪ Ausschalten
       *[on] { $rests ->
            [resting] ▶️ Plan fortsetzen
           *[other] 🟢 Einschalten
        }
    }
plans-button-change = ✏️ Ändern
plans-button-delete = 🗑 Löschen
plans-button-delete-yes = 🗑 Ja, löschen
plans-button-no = Nein, doch nicht
plans-button-swap = 🔁 Tauschen
plans-button-person = { $name }
plans-button-lines = ↪️ Umleitungen
plans-button-look = 🔎 Ansehen
command-plaene = Was von selbst umgestellt wird: befristete Umleitungen, Wochenpläne, Dienstpläne
help-plaene = /plaene – was von selbst umgestellt wird: befristete Umleitungen, Wochenpläne, Dienstpläne, Presets

# Pläne anlegen
plans-which-line =
    { $kind ->
        [rota] 👥 <b>Dienstplan:</b> Für welche Leitung?
       *[plan] 🗓 <b>Wochenplan:</b> Für welche Leitung?
    }
plans-button-line = ☎️ { $line }
plans-where = 🗓 <b>{ $line }</b>: Wohin außerhalb der Geschäftszeiten?
plans-where-how = Tippen Sie ein Ziel an, oder schreiben Sie eine Nebenstelle oder eine Nummer.
plans-draft = 🗓 <b>Wochenplan für { $line }</b>
plans-meets =
    { $own ->
        [rota]
            { $other ->
                [rota] ℹ️ Ersetzt beim Speichern den Dienstplan „{ $name }“.
               *[plan] ℹ️ Geht dem Wochenplan „{ $name }“ für dieselbe Leitung vor.
            }
       *[plan]
            { $other ->
                [rota] ⚠️ Für dieselbe Leitung gilt der Dienstplan „{ $name }“; er geht vor.
               *[plan] ℹ️ Ersetzt beim Speichern den Wochenplan „{ $name }“.
            }
    }
plans-meets-end = ⚠️ Für dieselbe Leitung gilt eine Umleitung bis { $until }; bis dahin geht sie vor.
plans-hours-how =
    Andere Zeiten? Schreiben Sie zum Beispiel: Mo-Fr 8-17, Sa 9-13
    Andere Mittagspause? Zum Beispiel: Mittag 12:30-13:15
    Urlaub? Zum Beispiel: Urlaub 2.8.-20.8.
plans-not-hours = 🤔 Diese Zeiten verstehe ich nicht.
plans-rota-draft = 👥 <b>Dienstplan für { $line }</b>
plans-rota-how = Wer ist dabei? Tippen Sie Ziele an, oder schreiben Sie Name und Nummer: Eva 0171 2345678
plans-which-case = 📞 <b>{ $line }</b>: In welchem Fall soll umgeleitet werden?
plans-which-wait = Wenn niemand abnimmt: Tippen Sie an, wie lange es vorher klingeln soll.
plans-weekend-draft = 🛋 <b>Wochenenden für { $line }</b>
plans-weekend-how = Tippen Sie die Namen in der Reihenfolge an, in der sie die Wochenenden übernehmen. Danach beginnt es wieder von vorn.
plans-which-state = 🎉 Die Feiertage welches Bundeslands gelten?
plans-button-lunch =
    { $on ->
        [yes] 🍽 ohne Mittagspause
       *[no] 🍽 mit Mittagspause
    }
plans-button-holidays = 🎉 Feiertage …
plans-button-state =
    { $state ->
        [none] Keine Feiertage
       *[other] { plans-state-name }
    }
plans-button-to = → { $name }
plans-button-save = 💾 Speichern
plans-button-save-yes = 💾 Speichern und freigeben
plans-button-clear = ✖️ Liste leeren
plans-button-case = 📞 Anderer Fall …
plans-button-case-of =
    { $chosen ->
        [yes] ● { plans-case-name }
       *[no] { plans-case-name }
    }
plans-case-name =
    { $when ->
        [unconditional] Immer
        [busy] Besetzt
        [noAnswer] Keine Antwort
       *[notReachable] Nicht erreichbar
    }
plans-button-weekend = 🛋 Wochenende …
plans-button-weekend-span = 🕔 Anderer Zeitraum
plans-button-weekend-none = ✖️ Wie die Woche
plans-button-weekender =
    { $place ->
        [0] { $name }
       *[other] { $place }. { $name }
    }
plans-button-no-vacations = 🏖 Urlaub entfernen
plans-button-handover = 🔁 Anderer Wechsel
plans-name =
    { $kind ->
        [rota] Dienst { $line }
       *[plan] Woche { $line }
    }{ $when ->
        [unconditional] { "" }
        [busy] , besetzt
        [noAnswer] , ohne Antwort
       *[notReachable] , unerreichbar
    }
plans-ask =
    { $kind ->
        [rota] 👥 <b>Dienstplan „{ $name }“ speichern?</b>
       *[plan] 🗓 <b>Wochenplan „{ $name }“ speichern?</b>
    }
plans-ask-pin = 📱 Das läuft auch, wenn niemand da ist. Darum schickt das Portal zur Bestätigung eine PIN per SMS.
summary-plan =
    { $kind ->
        [rota] Dienstplan für { $line }
       *[plan] Wochenplan für { $line }
    }

# Meldungen
plans-reminder = ⏰ <b>{ $line }</b>: Die Umleitung endet am { $until }. Danach ist alles wieder wie vorher.
plans-ended =
    { $how ->
        [changed] ⏰ <b>{ $line }</b>: Die Umleitung wäre am { $at } zu Ende gewesen. Jemand hat die Leitung inzwischen anders eingestellt; das habe ich so gelassen.
        [now] ⏹ <b>{ $line }</b>: Die Umleitung ist beendet, alles ist wieder wie vorher.
        [same] ⏹ <b>{ $line }</b>: Die Umleitung war schon beendet.
       *[late] ⏰ <b>{ $line }</b>: Die Umleitung sollte am { $at } enden. Sie ist erst jetzt beendet; alles ist wieder wie vorher.
    }
plans-failed =
    { $kind ->
        [end] ⚠️ <b>{ $name }</b>: Die Umleitung sollte am { $at } enden und ist noch da.
       *[other] ⚠️ <b>{ $name }</b>: Die Umstellung vom { $at } hat nicht geklappt.
    }
plans-failed-why =
    { $code ->
        [waiting] Das Portal antwortet nicht. Ich versuche es weiter und melde mich.
        [missed] Das Portal hat zwölf Stunden lang nicht geantwortet. Bitte sehen Sie nach, wohin es klingelt.
        [overtaken] Das Portal hat nicht geantwortet. Inzwischen gilt schon die nächste Umstellung.
        [nobody] Es war kein berechtigtes Konto mehr verbunden. Bitte sehen Sie nach, wohin es klingelt.
        [pinNeeded] Das Ziel ist nicht mehr freigegeben. Bitte speichern Sie den Plan neu.
        [notFound] Das Portal kennt diese Leitung nicht mehr.
       *[other] Das Portal hat es nicht angenommen. Bitte sehen Sie nach, wohin es klingelt.
    }
plans-on =
    { $kind ->
        [preset] ✅ <b>{ $name }</b> ist gespeichert.
       *[plan] ✅ <b>{ $name }</b> ist gespeichert und an.
    }
plans-rests = 💤 <b>{ $name }</b> ruht: Die Leitung wurde von Hand umgestellt, und das gilt nun, bis Sie den Plan fortsetzen.
plans-duty = 👥 <b>{ $name }</b>: { $comes } hat jetzt Dienst für { $line }. Abgelöst: { $goes }

# Presets
presets-title = 🎛 <b>Presets</b> – mehrere Leitungen auf einmal umstellen, und zurück
presets-none = Noch keines. Stellen Sie alles so ein, wie Sie es brauchen, und speichern Sie dann den Stand.
presets-entry =
    { $on ->
        [yes] 🟢
       *[no] ⚪
    } <b>{ $name }</b> · { $count ->
        [one] eine Leitung
       *[other] { $count } Leitungen
    }
presets-line = ↪️ { $line } → { $to }
presets-quiet = ☎️ klingelt normal: { $names }
presets-choose =
    💾 <b>Aktuellen Stand speichern:</b> { $count ->
        [one] eine Leitung
       *[other] { $count } Leitungen
    }
presets-how = Leitungen an- oder abwählen, dann einen Namen antippen oder schreiben.
presets-ask = 💾 <b>Preset „{ $name }“ speichern?</b>
presets-name =
    { $name ->
        [lunch] Mittag
        [evening] Feierabend
       *[outage] Leitung gestört
    }
presets-button-keep = 💾 Aktuellen Stand speichern
presets-button-delete = 🗑 Löschen
presets-button-line =
    { $chosen ->
        [yes] ☑️ { $line }
       *[no] ⬜️ { $line }
    }
presets-button-name =
    { $name ->
        [lunch] Mittag
        [evening] Feierabend
       *[outage] Leitung gestört
    }
presets-button-on = 🟢 { $name }
presets-button-back = ↩️ { $name }: zurück
presets-button-card = 🔎 Ansehen
presets-button-pin = 📱 PIN eingeben
summary-preset = Preset { $name } speichern
summary-preset-on = Preset { $name } einschalten
summary-preset-back = Preset { $name } zurücknehmen
