// A mail's HTML, made harmless: known elements, attributes and style properties are rebuilt inside a sandboxed frame
// (no scripts, no forms, no requests); everything else is left out. Style sheets are adopted and style attributes set
// property by property, which the page's content security policy allows where inline styles are refused.

import { el } from "./dom.js";
import { safeUrl } from "./entities.js";

const ELEMENTS = new Set(("a abbr address article b blockquote br caption center code col colgroup dd div dl dt em font footer h1 h2 h3 h4 h5 h6 header hr i img li main ol p pre s section "
  + "small span strong sub sup table tbody td tfoot th thead tr u ul").split(" "));
const DROPPED = new Set("head script style title template noscript iframe object embed form input button select textarea svg math video audio link meta base".split(" "));
const ATTRIBUTES = new Set("align alt bgcolor border class cellpadding cellspacing colspan dir height lang role rowspan title valign width".split(" "));
const STYLE = /^(?:-webkit-)?(?:background-color|background|border(?:-[a-z-]+)?|box-sizing|clear|color|direction|display|float|font(?:-[a-z-]+)?|height|hyphens|letter-spacing|line-height|list-style(?:-[a-z-]+)?|margin(?:-[a-z-]+)?|max-height|max-width|min-height|min-width|opacity|overflow|overflow-wrap|padding(?:-[a-z-]+)?|text-[a-z-]+|vertical-align|white-space|width|word-[a-z-]+)$/;
const STYLE_ATTRIBUTE = "data-mail-style";
const PLAIN = ":where(html) { overflow-x: auto; } :where(body) { margin: 0; font: 15px/1.5 Arial, 'Liberation Sans', sans-serif; color: #10161c; overflow-wrap: anywhere; }";
const PADDED = " :where(body) { padding: 4px 18px 20px; }";

export function mailFrame(html, label, openLink) {
  const frame = el("iframe", { class: "reader-frame", sandbox: "allow-same-origin", title: label, srcdoc: "<!doctype html><title></title><body></body>" });
  frame.addEventListener("load", () => fill(frame, html, openLink), { once: true });
  return frame;
}

function fill(frame, html, openLink) {
  const target = frame.contentDocument;
  const source = new DOMParser().parseFromString(quiet(html), "text/html");
  const sheets = styleSheets(html);
  adopt(target, [sheets.length || source.body.hasAttribute(STYLE_ATTRIBUTE) ? PLAIN : PLAIN + PADDED, ...sheets]);
  copyStyle(source.body, target.body);
  copyChildren(source.body, target.body, openLink);
  const fit = () => {
    const { scrollWidth, clientWidth } = target.documentElement;
    if (scrollWidth > clientWidth + 1) target.body.style.zoom = String(Math.max(0.5, (clientWidth / scrollWidth) * Number(target.body.style.zoom || 1)));
    frame.style.height = `${Math.ceil(target.body.getBoundingClientRect().height)}px`;
  };
  fit();
  new ResizeObserver(fit).observe(target.body);
}

// Not what makes it safe (the lists above do): the policy would report inline styles and handlers while parsing.
function quiet(html) {
  return html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, "").replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)(?=\s*=)/gi, " data-mail-$1"));
}

const styleSheets = (html) => Array.from(html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi), ([, css]) => css.replace(/@import[^;]*;?/gi, "").replace(/url\s*\([^)]*\)/gi, "none"));

function adopt(target, sheets) {
  target.adoptedStyleSheets = sheets.map((css) => {
    const sheet = new target.defaultView.CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
}

function copyChildren(from, to, openLink) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(to.ownerDocument.createTextNode(child.data));
    else if (child.nodeType === Node.ELEMENT_NODE) copyElement(child, to, openLink);
  }
}

function copyElement(from, to, openLink) {
  const name = from.localName;
  if (DROPPED.has(name)) return;
  if (!ELEMENTS.has(name)) return void copyChildren(from, to, openLink);
  const node = to.ownerDocument.createElement(name);
  for (const { name: attribute, value } of from.attributes) if (ATTRIBUTES.has(attribute)) node.setAttribute(attribute, value);
  copyStyle(from, node);
  if (name === "img") {
    if (!from.getAttribute("src")?.startsWith("data:image/")) return;
    node.src = from.getAttribute("src");
    node.style.maxWidth = "100%";
  }
  if (name === "a") linkTo(node, safeUrl(from.getAttribute("href") ?? ""), openLink);
  if (name === "table") shrinkable(node);
  copyChildren(from, node, openLink);
  to.append(node);
}

// A mail's fixed width becomes its greatest width, as mail programs on phones do.
function shrinkable(table) {
  const wide = Number.parseInt(table.style.width || table.getAttribute("width") || "", 10);
  const fixed = wide > 100 && !(table.style.width || table.getAttribute("width")).endsWith("%");
  if (!fixed) return;
  table.removeAttribute("width");
  Object.assign(table.style, { width: "100%", maxWidth: `${wide}px` });
}

function copyStyle(from, to) {
  const declared = from.getAttribute?.(STYLE_ATTRIBUTE);
  if (!declared) return;
  for (const declaration of declared.split(";")) {
    const at = declaration.indexOf(":");
    const property = declaration.slice(0, at).trim().toLowerCase();
    const value = declaration.slice(at + 1).trim();
    if (at > 0 && STYLE.test(property) && !/url\s*\(|expression|image-set/i.test(value)) to.style.setProperty(property, value.replace(/\s*!important$/i, ""));
  }
}

function linkTo(node, url, openLink) {
  if (!url) return;
  node.href = url;
  node.rel = "noopener noreferrer";
  node.addEventListener("click", (event) => {
    event.preventDefault();
    openLink(url);
  });
}
