// The demo's page: three columns over one bot, its clock and its switches.

import { WebChat } from "/page/chat.js";
import { get, h, post, toast } from "/page/dom.js";
import { Announcer, Clock } from "./clock.js";
import { drawDiscord } from "./discord.js";
import { Happens } from "./happens.js";
import { head, tabs } from "./head.js";
import { LookColumn } from "./look.js";
import { drawTelegram } from "./telegram.js";

const { language, languages, words, chat: chatWords, people } = await get("/stage/words");
document.documentElement.lang = language;
document.title = words.title;

const ROLE = "zhouzhi-role";
let role = sessionStorage.getItem(ROLE) === "curator" ? "curator" : "reader";
let round = null;

const control = async (what) => {
  try {
    await post("/stage/control", what);
  } catch {
    toast(words.unsent);
  }
};

const trouble = document.getElementById("trouble");
const say = (sentence) => {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
};

const looks = {
  telegram: new LookColumn({ name: "telegram", words, chatWords, people: people.telegram, draw: drawTelegram, role: () => role }),
  discord: new LookColumn({ name: "discord", words, chatWords, people: people.discord, draw: drawDiscord, role: () => role }),
};
const web = new WebChat({
  chat: role,
  words: { ...chatWords, log: words.web_look },
  language: () => language,
  onTrouble: () => {},
  takesFiles: (chat) => chat === "curator",
});
const happens = new Happens({ words, control });
const clock = new Clock(language);
const announcer = new Announcer(words, clock);

// --- the frame

const second = h(
  "section",
  { class: "column", id: "column-discord" },
  switcher([
    ["discord", words.discord_look],
    ["web", words.web_look],
  ]),
  looks.discord.element,
  h("div", { class: "card web-card", hidden: true }, web.element),
);

function switcher(choices) {
  const buttons = choices.map(([name, label]) =>
    h("button", { type: "button", "aria-pressed": String(name === "discord"), "data-look": name, onclick: () => turn(name) }, label),
  );
  const turn = (wanted) => {
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.look === wanted));
    looks.discord.element.hidden = wanted !== "discord";
    second.querySelector(".web-card").hidden = wanted !== "web";
    if (wanted === "web") web.log.toEnd();
    else looks.discord.toEnd();
  };
  return h("h2", { class: "column-name switch" }, h("span", { class: "segments" }, buttons));
}

document.getElementById("columns").append(
  h("section", { class: "column", id: "column-telegram" }, h("h2", { class: "column-name" }, words.telegram_look), looks.telegram.element),
  second,
  h("section", { class: "column", id: "column-happens" }, h("h2", { class: "column-name" }, words.happens), happens.element),
);

const settings = { words, language, languages, role, clock, control, onRole, onLanguage };
document.getElementById("head").replaceWith(head(settings));
document.getElementById("tabs").replaceWith(
  tabs(words, [
    ["telegram", "Telegram"],
    ["discord", "Discord"],
    ["happens", words.happens],
  ]),
);

function onRole(chosen) {
  role = chosen;
  sessionStorage.setItem(ROLE, role);
  for (const look of Object.values(looks)) look.roleChanged();
  web.switchTo(role);
}

async function onLanguage(chosen) {
  await control({ do: "language", language: chosen });
  location.reload();
}

for (const look of Object.values(looks)) look.roleChanged();
web.open();

// --- what comes in

const source = new EventSource("/stage/events");
source.addEventListener("state", (event) => {
  const state = JSON.parse(event.data);
  if (round !== null && state.round !== round) {
    for (const look of Object.values(looks)) look.clear();
    web.switchTo(role);
  }
  round = state.round;
  clock.set(state.clock);
  announcer.expect(state.coming);
  happens.show(state, clock);
  document.body.classList.toggle("killed", !state.is_alive);
});
source.addEventListener("bubble", (event) => {
  const bubble = JSON.parse(event.data);
  if (round === null || bubble.round === round) looks[bubble.look].show(bubble);
});
source.addEventListener("open", () => say(""));
source.addEventListener("error", () => say(source.readyState === EventSource.CLOSED ? words.closed : words.lost));

// --- the keyboard

let lastColumn = "telegram";
document.addEventListener("focusin", (event) => {
  const column = event.target.closest?.(".column");
  if (column && column.id !== "column-happens") lastColumn = column.id.replace("column-", "");
});
document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const isWeb = lastColumn === "discord" && looks.discord.element.hidden;
  const composer = isWeb ? web.composer : looks[lastColumn].composer;
  composer.input.focus();
});
