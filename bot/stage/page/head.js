// What stands at the top? The name, the clock and its speed, who one is, language, light, and the way back to the start.

import { h, roving } from "/page/dom.js";
import { choose, current } from "./theme.js";

const FACTORS = [0, 1, 60, 3600];

export function head({ words, language, languages, role, clock, control, onRole, onLanguage }) {
  const day = h("span", { class: "day" });
  const time = h("time", { class: "time" });
  const city = h("span", { class: "city" });
  const speeds = segments(
    words.clock,
    FACTORS.map((factor) => ({
      name: String(factor),
      label: factor ? `×${factor}` : "❙❙",
      about: factor ? words.speed.replace("{n}", factor) : words.pause,
    })),
    null,
    (name) => control({ do: "clock", factor: Number(name) }),
  );
  clock.onTick((now, { format, day: dayFormat, factor }) => {
    day.textContent = dayFormat.format(now);
    time.textContent = format.format(now);
    time.dateTime = now.toISOString();
    city.textContent = clock.city;
    speeds.mark(String(factor));
  });
  const roles = segments(
    words.role_switch,
    ["reader", "curator"].map((name) => ({ name, label: words[`role_${name}`] })),
    role,
    (name) => {
      roles.mark(name);
      onRole(name);
    },
  );
  const tongues = segments(
    words.language,
    languages.map((name) => ({ name, label: words[`language_${name}`] })),
    language,
    onLanguage,
  );
  return h(
    "header",
    { class: "bar head" },
    h("img", { class: "seal", src: "/page/icon.svg", alt: "", width: 34, height: 34 }),
    h("div", { class: "names" }, h("h1", {}, words.name), h("p", {}, words.tagline)),
    h(
      "div",
      { class: "clock", role: "group", "aria-label": words.clock },
      h("p", { class: "face" }, day, time, city),
      speeds.element,
      h("button", { type: "button", class: "go", id: "jump", onclick: () => control({ do: "jump" }) }, words.jump, h("span", { "aria-hidden": "true" }, " →")),
    ),
    h("div", { class: "switches" }, roles.element, tongues.element, themeButton(words), reset(words, control)),
  );
}

export function segments(label, choices, chosen, onChoose) {
  const buttons = choices.map(({ name, label: text, about }) =>
    h("button", { type: "button", "data-name": name, "aria-pressed": String(name === chosen), "aria-label": about, title: about, onclick: () => onChoose(name) }, text),
  );
  const element = roving(h("div", { class: "segments", role: "group", "aria-label": label }, buttons));
  return {
    element,
    mark: (wanted) => {
      for (const one of buttons) {
        const is = String(one.dataset.name === wanted);
        if (one.getAttribute("aria-pressed") !== is) one.setAttribute("aria-pressed", is);
      }
    },
  };
}

function themeButton(words) {
  const sign = () => (current() === "dark" ? "☾" : "☀");
  const name = () => `${words.theme}: ${words[`theme_${current()}`]}`;
  const button = h("button", { type: "button", class: "round", id: "theme", "aria-label": name(), title: name() }, sign());
  button.addEventListener("click", () => {
    choose(current() === "dark" ? "light" : "dark");
    button.textContent = sign();
    button.setAttribute("aria-label", name());
    button.title = name();
  });
  return button;
}

function reset(words, control) {
  return h("button", { type: "button", class: "quiet", id: "reset", title: words.reset_hint, onclick: () => control({ do: "reset" }) }, words.reset);
}

// On a narrow page one column is shown at a time.
export function tabs(words, columns) {
  const buttons = columns.map(([name, label], index) =>
    h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `column-${name}`, "aria-selected": String(index === 0), onclick: () => turn(name) }, label),
  );
  const turn = (wanted) => {
    for (const one of buttons) one.setAttribute("aria-selected", String(one.id === `tab-${wanted}`));
    document.body.dataset.tab = wanted;
    for (const log of document.querySelectorAll(`#column-${wanted} .log`)) log.scrollTop = log.scrollHeight;
  };
  document.body.dataset.tab = columns[0][0];
  return roving(h("nav", { class: "tabs", "aria-label": words.tabs }, h("div", { role: "tablist" }, buttons)));
}
