// How the page looks and reads: theme and language, kept in this browser.

import { byId } from "./dom.js";
import { currentLanguage, setLanguage, t, writeWords } from "./words.js";

const wantsDark = matchMedia("(prefers-color-scheme: dark)");

export const chosenTheme = () => localStorage.getItem("sandbox.theme") ?? "system";
const isDark = () => (chosenTheme() === "system" ? wantsDark.matches : chosenTheme() === "dark");

export function setTheme(theme) {
  if (theme === "system") localStorage.removeItem("sandbox.theme");
  else localStorage.setItem("sandbox.theme", theme);
  applyTheme();
}

function applyTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId("theme").querySelector("use").setAttribute("href", `icons.svg#${isDark() ? "sun" : "moon"}`);
}

/** Wires the bar's switches; `redraw()` follows a change of language. */
export function start(redraw) {
  const speak = (language) => {
    setLanguage(language);
    writeWords();
    for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    redraw();
  };
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
  byId("theme").addEventListener("click", () => setTheme(isDark() ? "light" : "dark"));
  wantsDark.addEventListener("change", applyTheme);
  applyTheme();
  speak(currentLanguage());
  return speak;
}

/** The same choices as menu entries, for the chat's menu on a narrow screen. */
export function entries(speak) {
  const theme = chosenTheme();
  return [
    ...["light", "dark", "system"].map((one) => ({ icon: { light: "sun", dark: "moon", system: "window" }[one], label: t(one), checked: theme === one, run: () => setTheme(one) })),
    "-",
    ...[["de", "german"], ["en", "english"]].map(([language, name]) => ({ icon: "globe", label: t(name), checked: currentLanguage() === language, run: () => speak(language) })),
  ];
}
