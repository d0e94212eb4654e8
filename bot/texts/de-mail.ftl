# Deutsch: Rechnungsdateien auch an ein E-Mail-Postfach; und was in diesen Mails steht.

notify-button-mailbox = 📧 Dateien auch an ein Postfach

mailbox-title = 📧 <b>Rechnungsdateien auch an ein Postfach</b>
mailbox-how =
    Zu jeder neuen Rechnung, die ich hier melde, schicke ich PDF und E-Rechnung (XML) auch an eine E-Mail-Adresse, zum Beispiel für Ihre Buchhaltungssoftware. Das geschieht sofort, auch in der Ruhezeit.

    Bitte schreiben Sie mir die Adresse. Dorthin kommt ein Code, mit dem Sie bestätigen, dass das Postfach Ihnen gehört.
mailbox-is = Zu jeder neuen Rechnung gehen PDF und E-Rechnung (XML) an <code>{ $address }</code>, seit { $since }.
mailbox-is-how = Das endet, wenn Sie es entfernen oder wenn Ihre Berechtigung im Kundenportal endet.
mailbox-asked =
    📨 Der Code ist unterwegs an <code>{ $address }</code>.

    Bitte schreiben Sie mir die sechs Ziffern aus der Mail. Der Code gilt { $minutes } Minuten. Schauen Sie auch im Spam-Ordner nach.
mailbox-confirmed = ✅ Bestätigt. Ab der nächsten Rechnung gehen die Dateien auch an <code>{ $address }</code>.
mailbox-removed = ✅ Entfernt. An das Postfach geht nichts mehr.
mailbox-button-other = ✏️ Andere Adresse
mailbox-button-remove = ✖️ Entfernen
mailbox-added =
    📧 <b>Neues Postfach für Rechnungen von { $company }</b>

    { $person } lässt Rechnungsdateien seit heute auch an <code>{ $address }</code> schicken. Wenn das nicht in Ordnung ist: Unter <b>/konto</b> trennen Sie die Verbindung, dann endet auch das.

refusal-no-mail-address = ❌ An diese Adresse kann ich keine Mail schicken. Bitte schreiben Sie eine einzelne Adresse, zum Beispiel <code>rechnung@ihre-firma.de</code>.
refusal-mail-code-wrong =
    { $attempts-left ->
        [one] ❌ Der Code stimmt nicht. Sie haben noch <b>einen</b> Versuch.
       *[other] ❌ Der Code stimmt nicht. Sie haben noch <b>{ $attempts-left }</b> Versuche.
    }
refusal-mail-code-expired = ⌛ Dieser Code gilt nicht mehr. Es zählt nur der aus der neuesten Mail, { 15 } Minuten lang. Lassen Sie sich bitte einen neuen schicken.
refusal-mail-rate-limited =
    { $minutes ->
        [one] ⏳ Gerade wurden zu viele Codes angefordert. Bitte versuchen Sie es in <b>einer Minute</b> wieder.
       *[other] ⏳ Gerade wurden zu viele Codes angefordert. Bitte versuchen Sie es in <b>{ $minutes } Minuten</b> wieder.
    }
refusal-mail-unavailable = 📭 Die Mail konnte gerade nicht verschickt werden. Bitte versuchen Sie es in ein paar Minuten noch einmal.

delivery-mails = 📧 <b>Dateien an das Postfach</b>
delivery-mail =
    { $state ->
        [sent] ✅
        [due] ⏳
        [running] ⏳
        [unknown] ❓
        [left] ➖
       *[dead] ❌
    } <b>{ $number }</b> an { $address }
delivery-mail-when =
    { $state ->
        [sent] übergeben am { $at }
        [unknown] gesendet am { $at }; ob es ankam, hat der Mailserver nicht bestätigt
        [left] bemerkt am { $found }, nicht gesendet: { $reason ->
            [off] entfernt oder ausgeschaltet
            [no-file] es gab keine Datei
            [refused] die Dateien sind zu groß
            [disconnected] die Verbindung zum Portal ist beendet
            [not-entitled] die Berechtigung fehlte
           *[other] nicht möglich
        }
        [dead] bemerkt am { $found }, nicht zugestellt: { $reason ->
            [too-late] drei Tage lang vergeblich versucht
           *[other] das Postfach hat die Mail abgelehnt
        }
       *[due] kommt ab { $at }: { $reason ->
            [mail] der Mailserver ist nicht erreichbar
            [portal] das Kundenportal antwortet nicht
           *[other] ist unterwegs
        }
    }

mail-code-subject = Ihr Code: { $code }
mail-code =
    Guten Tag,

    jemand von { $company } möchte im Chat von e:service, dass die Dateien neuer Rechnungen auch an dieses Postfach gehen.

    Wenn Sie das sind, schreiben Sie diesen Code in den Chat: { $code }

    Er gilt { $minutes } Minuten. Wenn Sie nichts davon wissen, brauchen Sie nichts zu tun: Ohne den Code wird nichts geschickt.

    Diese Mail wurde automatisch verschickt.
mail-invoice-subject =
    { $credit ->
        [yes] Gutschrift { $number }, { $month }
       *[no] Rechnung { $number }, { $month }
    }
mail-invoice =
    Guten Tag,

    { $credit ->
        [yes] im Anhang ist die Gutschrift { $number } für { $month }.
       *[no] im Anhang ist die Rechnung { $number } für { $month }.
    }{ $dated ->
        [yes] { $debit ->
            [yes] { " Der Betrag wird am" } { $due } abgebucht; bitte nicht überweisen.
           *[no] { " Fällig ist sie am" } { $due }.
        }
       *[no] { "" }
    }

    Diese Mail kommt automatisch, weil dieses Postfach im Chat von e:service dafür bestätigt wurde. Beenden lässt sich das dort, unter Benachrichtigungen.
