// Which links are Telegram's own: they open a chat here instead of leaving the page.

export function isTelegramLink(url) {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, searchParams } = new URL(url);
  if (protocol === "tg:") return searchParams.has("domain");
  return ["http:", "https:"].includes(protocol) && ["t.me", "telegram.me", "telegram.dog"].includes(hostname);
}

/** Every link found in plain text, as [text, url or null] pieces. */
export function pieces(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(/\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g)) {
    out.push([text.slice(at, found.index), null], [found[0], found[0]]);
    at = found.index + found[0].length;
  }
  out.push([text.slice(at), null]);
  return out.filter(([piece]) => piece);
}
