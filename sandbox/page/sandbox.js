// The simulation API (docs/sandbox.md) as functions; nothing else in the page knows a path.

export class Refused extends Error {}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status}`);
  throw new Refused(told?.error ?? `${answer.status}`);
}

const read = (path) => ask("GET", path);
const chatPath = (person, chat, act = "") => `/sim/people/${person}/chats/${encodeURIComponent(chat)}${act && `/${act}`}`;

export const news = (after, wait) => read(`/sim/version?after=${after}&wait=${wait}`);
export const people = async () => (await read("/sim/people")).people;
export const createPerson = (facts) => ask("POST", "/sim/people", facts);
export const chats = async (person) => (await read(`/sim/people/${person}/chats`)).chats;
export const transcript = (person, chat) => read(chatPath(person, chat));
export const sms = async (number) => (await read(`/sim/sms?to=${encodeURIComponent(number)}`)).sms;
export const mails = async (address) => (await read(`/sim/mails?to=${encodeURIComponent(address)}`)).mails;

/** Something the person does in a chat: send, edit, tap, press, start, block, unblock, react, delete, clear. */
export const act = (person, chat, what, body = {}) => ask("POST", chatPath(person, chat, what), body);
/** Opens a t.me link; START stays to be pressed. */
export const open = (person, url) => ask("POST", `/sim/people/${person}/open`, { url, press: false });
export const state = () => read("/sim/state");
