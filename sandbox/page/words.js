// Every word the page shows, German first, and its dates and sizes.

const WORDS = {
  de: {
    people: "Personen", switchPerson: "Person wechseln", newPerson: "Neue Person", language: "Sprache der Seite", theme: "Hell oder dunkel",
    beside: "Neben dem Chat", areas: "Bereiche", tabChat: "Chat", tabSms: "SMS", tabMail: "Mail", offline: "Keine Verbindung",
    chatMenu: "Menü des Chats", history: "Nachrichten", toEnd: "Zur neuesten Nachricht", commands: "Befehle", menu: "Menü", attach: "Datei senden",
    keyboard: "Tastatur des Bots", send: "Senden", message: "Nachricht", smsPhone: "SMS-Telefon", smsMessages: "SMS", mailbox: "Postfach",
    inbox: "Posteingang", mails: "Mails", openMail: "Geöffnete Mail", carrier: "SMS", bot: "Bot", start: "Starten", unblock: "Bot freigeben",
    block: "Bot blockieren", clear: "Verlauf leeren", light: "Hell", dark: "Dunkel", system: "Wie das System", german: "Deutsch", english: "English",
    typing: "schreibt", upload_document: "sendet eine Datei", upload_photo: "sendet ein Foto", busy: "ist beschäftigt", edited: "bearbeitet",
    sent: "Gesendet", received: "Zugestellt", today: "Heute", yesterday: "Gestern", yesterdayAt: "gestern", pinned: "Angeheftete Nachricht",
    pinnedBy: "{name} hat „{text}“ angeheftet", reply: "Antworten", copy: "Kopieren", edit: "Bearbeiten", remove: "Löschen", copied: "Kopiert",
    editing: "Bearbeiten", cancel: "Abbrechen", ok: "OK", create: "Anlegen", close: "Schließen", spoiler: "Verdeckter Text, zum Zeigen antippen",
    expand: "Ganzes Zitat zeigen", fold: "Zitat einklappen", copyCode: "Zum Kopieren antippen", photo: "Foto", file: "Datei", contact: "Kontakt",
    unsupported: "Dieser Knopf geht in der Sandbox nicht.", whatCan: "Was kann dieser Bot?", noMessages: "Hier ist noch nichts.", noChat: "Noch kein Bot", you: "Sie",
    takeCode: "In den Chat übernehmen", codeFromSms: "Aus SMS:", codeTaken: "PIN kopiert und ins Eingabefeld übernommen", noSms: "Noch keine SMS",
    noPhone: "Ohne Telefonnummer", noMail: "Ohne Mailadresse", noMails: "Noch keine Mails", back: "Posteingang", from: "Von", to: "An", date: "Datum",
    newSms: "Neue SMS", newMail: "Neue Mail", firstName: "Vorname", lastName: "Nachname", phone: "Mobilnummer", mail: "Mailadresse", personLanguage: "Sprache in Telegram",
    none: "keine Angabe", minutesNow: "jetzt", from_: "Von", attachments: "Anhänge", unread: "ungelesen", loading: "lädt", chats: "Chats", noPeople: "Wer soll schreiben? Legen Sie eine Person an.",
    reactWith: "Mit {emoji} reagieren", openLink: "Link öffnen", mailFrame: "Inhalt der Mail", tooLarge: "Die Datei ist größer als 20 MB.",
  },
  en: {
    people: "People", switchPerson: "Switch person", newPerson: "New person", language: "Language of this page", theme: "Light or dark",
    beside: "Beside the chat", areas: "Areas", tabChat: "Chat", tabSms: "SMS", tabMail: "Mail", offline: "Not connected",
    chatMenu: "Chat menu", history: "Messages", toEnd: "To the newest message", commands: "Commands", menu: "Menu", attach: "Send a file",
    keyboard: "Bot keyboard", send: "Send", message: "Message", smsPhone: "SMS phone", smsMessages: "SMS", mailbox: "Mailbox",
    inbox: "Inbox", mails: "Mails", openMail: "Opened mail", carrier: "SMS", bot: "bot", start: "Start", unblock: "Unblock bot",
    block: "Block bot", clear: "Clear history", light: "Light", dark: "Dark", system: "Like the system", german: "Deutsch", english: "English",
    typing: "typing", upload_document: "sending a file", upload_photo: "sending a photo", busy: "is busy", edited: "edited",
    sent: "Sent", received: "Delivered", today: "Today", yesterday: "Yesterday", yesterdayAt: "yesterday", pinned: "Pinned message",
    pinnedBy: "{name} pinned “{text}”", reply: "Reply", copy: "Copy", edit: "Edit", remove: "Delete", copied: "Copied",
    editing: "Edit message", cancel: "Cancel", ok: "OK", create: "Create", close: "Close", spoiler: "Hidden text, tap to show",
    expand: "Show the whole quote", fold: "Fold the quote", copyCode: "Tap to copy", photo: "Photo", file: "File", contact: "Contact",
    unsupported: "This button does not work in the sandbox.", whatCan: "What can this bot do?", noMessages: "Nothing here yet.", noChat: "No bot yet", you: "You",
    takeCode: "Take over into the chat", codeFromSms: "From SMS:", codeTaken: "PIN copied and put into the message field", noSms: "No SMS yet",
    noPhone: "No phone number", noMail: "No mail address", noMails: "No mails yet", back: "Inbox", from: "From", to: "To", date: "Date",
    newSms: "New SMS", newMail: "New mail", firstName: "First name", lastName: "Last name", phone: "Mobile number", mail: "Mail address", personLanguage: "Language in Telegram",
    none: "not given", minutesNow: "now", from_: "From", attachments: "Attachments", unread: "unread", loading: "loading", chats: "Chats", noPeople: "Who is going to write? Create a person.",
    reactWith: "React with {emoji}", openLink: "Open link", mailFrame: "Content of the mail", tooLarge: "The file is larger than 20 MB.",
  },
};

let language = localStorage.getItem("sandbox.language") === "en" ? "en" : "de";

export const currentLanguage = () => language;
export const t = (key, facts = {}) => WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
const locale = () => (language === "de" ? "de-DE" : "en-GB");

export function setLanguage(next) {
  language = next;
  localStorage.setItem("sandbox.language", next);
}

/** Puts the words into the page's fixed parts. */
export function writeWords(root = document) {
  document.documentElement.lang = language;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
}

const formats = new Map();
function format(seconds, options) {
  const name = locale() + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(locale(), options));
  return formats.get(name).format(new Date(seconds * 1000));
}

export const dayKey = (seconds) => format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" });
export const time = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit" });
export const longDate = (seconds) => format(seconds, { weekday: "long", day: "numeric", month: "long" });
export const fullTime = (seconds) => format(seconds, { dateStyle: "medium", timeStyle: "short" });

export function dayName(seconds, now) {
  if (dayKey(seconds) === dayKey(now)) return t("today");
  if (dayKey(seconds) === dayKey(now - 86400)) return t("yesterday");
  const sameYear = new Date(seconds * 1000).getFullYear() === new Date(now * 1000).getFullYear();
  return format(seconds, { day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

/** "14:05" today, "gestern", "12.03." this year. */
export function shortTime(seconds, now) {
  if (dayKey(seconds) === dayKey(now)) return time(seconds);
  if (dayKey(seconds) === dayKey(now - 86400)) return t("yesterdayAt");
  return format(seconds, { day: "2-digit", month: "2-digit" });
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(amount)} ${unit}`;
}
