// How is a message of the bot drawn? Its HTML, its files, its choices and buttons under it.

import { h, roving, sieved, toast } from "./dom.js";

// press(event, action): what a button does · picture(address): where that picture is to be had
export function drawMessage(message, { press, picture = (address) => address }) {
  const bubble = h("div", { class: "bubble", lang: message.language || null }, message.html ? sieved(message.html, picture) : null);
  for (const file of message.files || []) {
    bubble.append(h("a", { class: "file", href: file.href, download: file.name }, `⬇ ${file.name}`));
  }
  const choices = (message.choices || []).map((one) => choice(one, press));
  const rows = (message.rows || []).map((buttons) => row(buttons, press));
  return h("div", { class: "message theirs" }, bubble, choices, rows);
}

function row(buttons, press) {
  const made = buttons.map((one) =>
    one.url
      ? h("a", { class: `button ${one.style}`, href: one.url, target: "_blank", rel: "noopener noreferrer", "aria-label": one.name }, one.label)
      : h(
          "button",
          {
            type: "button",
            class: `button ${one.style}`,
            "aria-label": one.name,
            disabled: !one.action && !one.toast,
            onclick: (event) => (one.action ? press(event, one.action) : toast(one.toast)),
          },
          one.label || "\u00a0",
        ),
  );
  return roving(h("div", { class: "buttons", role: "group" }, made));
}

function choice(choice, press) {
  const options = choice.options.map((one) =>
    h(
      "button",
      {
        type: "button",
        class: "button option",
        "aria-pressed": one.is_on === null ? null : String(one.is_on),
        onclick: (event) => press(event, one.action),
      },
      one.is_on === null ? null : h("span", { class: "tick", "aria-hidden": "true" }, one.is_on ? "✓" : ""),
      h("span", {}, one.label, one.description ? h("small", {}, one.description) : null),
    ),
  );
  return roving(h("div", { class: `choice columns-${Math.min(choice.columns, 3)}`, role: "group", "aria-label": choice.prompt }, options));
}
