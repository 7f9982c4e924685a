// The preview's file: the messages of one view as their platform shows them, each beside its budgets and its payload.

import { h, roving, toast } from "/page/dom.js";
import { drawMessage } from "/page/message.js";
import { meter } from "./bubble.js";
import { drawDiscord } from "./discord.js";
import { drawTelegram } from "./telegram.js";

const data = JSON.parse(document.getElementById("data").textContent);
const { words } = data;
const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (n) => n.toLocaleString(data.speaks);

const PLATFORMS = ["telegram", "discord", "web"];
const DENSITIES = ["full", "brief", "headlines"];
const isPicture = location.hash === "#picture"; // to be drawn, not used: no tabs and buttons of ours
let shown = data.views[0];

// What the drawings ask of a look: words, pictures from this file, and buttons that only tell what they would do.
const look = {
  words,
  picture: (sha) => data.pictures[sha] || "",
  press: (_, action) => toast(action ? say("does", { data: action }) : words.dead),
};

const drawings = {
  telegram: (bubble) => drawTelegram(bubble, look),
  discord: (bubble) => drawDiscord(bubble, look),
  web: ({ drawn }) => {
    const picture = (address) => look.picture(address.replace(data.pictures_at, ""));
    const message = drawMessage(drawn, { press: look.press, picture });
    for (const one of message.querySelectorAll("img")) one.loading = "eager"; // it is here already, and a page may be printed
    return message;
  },
};

// --- one message

function part(one, index) {
  const bubble = drawings[shown.platform]({ author: "bot", drawn: one.drawn, meter: [], at: null, copies: 1, viewer: "" });
  bubble.lang = data.language;
  return h(
    "section",
    { class: "part", "aria-label": say("part", { part: index + 1, parts: shown.parts.length }) },
    h("div", { class: shown.platform === "web" ? "web-chat" : "", lang: data.language }, h("div", { class: "log" }, bubble)),
    gauge(one, index),
  );
}

function gauge(one, index) {
  const budgets = meter({ meter: one.meter }, words, number);
  return h(
    "aside",
    { class: "gauge", lang: data.speaks },
    h("div", { class: "which" }, h("h2", {}, `${index + 1}/${shown.parts.length}`), h("code", { class: "call" }, one.call)),
    one.count > 1 ? h("p", { class: "faint" }, say("album", { n: one.count })) : null,
    budgets,
    list(words.refused, one.refused, "bad"),
    budgets ? (one.refused.length ? null : h("p", { class: "good" }, h("span", { "aria-hidden": "true" }, "✓ "), words.fits)) : h("p", {}, words.no_limits),
    one.omitted.length ? h("div", { class: "warn" }, h("h3", {}, words.omitted), h("p", {}, one.omitted.join(" · "))) : null,
    payload(one),
  );
}

function list(title, lines, kind) {
  return lines.length ? h("div", { class: kind }, h("h3", {}, title), h("ul", {}, lines.map((line) => h("li", {}, line)))) : null;
}

function payload(one) {
  const written = JSON.stringify(one.payload, null, 2);
  const shownText = h("pre", { tabindex: "0", "aria-label": words.payload });
  const details = h("details", { class: "payload" }, h("summary", {}, words.payload), shownText);
  details.addEventListener("toggle", () => (shownText.textContent ||= written));
  const copy = h("button", { type: "button", class: "quiet copy" }, words.copy);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(written);
      toast(words.copied);
    } catch {
      shownText.textContent = written;
      details.open = true;
      getSelection().selectAllChildren(shownText);
      toast(words.not_copied);
    }
  });
  return h("div", { class: "foot" }, copy, details);
}

// --- the frame

function lint() {
  if (!data.lint.length) return h("p", { class: "lint good" }, h("span", { "aria-hidden": "true" }, "✓ "), words.lint_none);
  const rows = data.lint.map((one) =>
    h(
      "li",
      { class: one.level === "error" ? "bad" : "warn" },
      h("span", { class: "sign", "aria-hidden": "true" }, one.level === "error" ? "✗" : "!"),
      h("p", {}, one.line ? h("strong", {}, say("line", { n: number(one.line) })) : null, one.message, one.cure ? h("small", {}, `→ ${one.cure}`) : null),
    ),
  );
  return h("details", { class: "lint", open: isPicture || data.lint.length <= 5 }, h("summary", {}, `${words.lint} (${number(data.lint.length)})`), h("ul", {}, rows));
}

function tabs(label, name, names) {
  const all = names.filter((one) => data.views.some((view) => view[name] === one));
  const buttons = all.map((one) => h("button", { type: "button", role: "tab", id: `${name}-${one}`, "aria-controls": "view" }, words[`${name}_${one}`]));
  const mark = () => {
    for (const [index, button] of buttons.entries()) button.setAttribute("aria-selected", String(all[index] === shown[name]));
  };
  const turn = (one) => {
    if (shown[name] === one) return;
    const wanted = { ...shown, [name]: one };
    shown = data.views.find((view) => view.platform === wanted.platform && view.density === wanted.density);
    draw();
  };
  for (const [index, button] of buttons.entries()) button.addEventListener("click", () => turn(all[index]));
  const element = roving(h("div", { class: "segments", role: "tablist", "aria-label": label }, buttons));
  // an arrow both moves and chooses, as tabs do
  element.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && turn(all[buttons.indexOf(event.target)]));
  return { element, mark };
}

function chatHead() {
  if (shown.platform === "web") return null;
  const isChannel = shown.form !== "private";
  const post = shown.form === "forum" ? shown.parts[0].payload.name : null;
  const name = post || (isChannel ? words.channel_name : words.name);
  return h(
    "div",
    { class: "look-head" },
    h("span", { class: "avatar", "aria-hidden": "true" }, "知"),
    h("p", {}, h("strong", {}, shown.platform === "discord" && isChannel && !post ? `# ${name}` : name), h("span", {}, isChannel ? words.subscribers : words.bot)),
  );
}

const platforms = tabs(words.platforms, "platform", PLATFORMS);
const densities = tabs(words.densities, "density", DENSITIES);
const facts = h("p", { class: "facts" });
const view = h("div", { id: "view", role: "tabpanel", tabindex: "-1" });

function draw() {
  platforms.mark();
  densities.mark();
  const style = shown.style === "rich" ? words.style_rich : null;
  facts.textContent = [words[`platform_${shown.platform}`], words[`form_${shown.form}`], words[`density_${shown.density}`], style, shown.size].filter(Boolean).join(" · ");
  view.className = `look ${shown.platform}`;
  view.setAttribute("aria-labelledby", `platform-${shown.platform} density-${shown.density}`);
  view.replaceChildren(h("div", { class: "backdrop stack", "aria-hidden": "true" }), ...[chatHead(), ...shown.parts.map(part)].filter(Boolean));
}

document.body.className = isPicture ? "sheet picture" : "sheet";
document.body.append(
  h(
    "header",
    { class: "sheet-head" },
    h("img", { class: "seal", src: data.icon, alt: "", width: "34", height: "34" }),
    h("div", { class: "names" }, h("h1", { lang: data.language }, data.title), facts),
    h("nav", { class: "choices", "aria-label": words.preview }, platforms.element, densities.element),
  ),
  h("main", {}, lint(), view),
  h("div", { id: "toast", class: "toast", role: "status" }),
);
draw();

// Who draws a picture of the page asks how tall it is.
addEventListener("load", () => (document.documentElement.dataset.height = String(Math.ceil(document.body.getBoundingClientRect().height))));
