// How does Discord show a message? From its component tree: containers, texts, galleries, selects, buttons.

import { h, roving } from "/page/dom.js";
import { hours } from "./clock.js";
import { copies, fileLink, meter, picture } from "./bubble.js";

const TAGS = { bold: "strong", italic: "em", strikethrough: "s", code: "code" };

export function drawDiscord(bubble, look) {
  const { drawn, author } = bubble;
  const { words } = look;
  const isBot = author === "bot";
  const name = h("p", { class: "dc-name" }, h("strong", {}, isBot ? words.name : author), isBot ? h("span", { class: "dc-app" }, words.app) : null, bubble.at ? h("time", {}, hours(bubble.at)) : null);
  const inside = !isBot
    ? h("p", {}, drawn.words)
    : drawn.file
      ? fileLink(bubble, words)
      : [blocks(drawn.content), drawn.embeds.map((one) => embed(one, look)), drawn.components.map((one) => component(one, bubble, look))];
  return h(
    "div",
    { class: `dc${bubble.viewer ? " ephemeral" : ""}` },
    h("span", { class: `dc-avatar${isBot ? "" : " person"}`, "aria-hidden": "true" }, isBot ? "知" : author.slice(0, 1)),
    h(
      "div",
      { class: "dc-body" },
      name,
      inside,
      drawn.is_ephemeral ? h("p", { class: "dc-only" }, h("span", { "aria-hidden": "true" }, "👁 "), words.only_you) : null,
      copies(bubble, words),
      meter(bubble, words),
    ),
  );
}

function inlines(list) {
  return list.map((piece) => {
    if (typeof piece === "string") return piece;
    if (piece.type === "link") return h("a", { href: piece.url, target: "_blank", rel: "noopener noreferrer" }, inlines(piece.children));
    return h(TAGS[piece.type] || "span", {}, inlines(piece.children));
  });
}

function blocks(list) {
  return list.map((node) => {
    switch (node.type) {
      case "heading":
        return h(`h${node.level + 3}`, { class: `dc-h${node.level}` }, inlines(node.children));
      case "small":
        return h("p", { class: "dc-small" }, inlines(node.children));
      case "entry":
        return h("p", { class: `dc-entry depth-${Math.min(node.depth, 3)}` }, h("span", { class: "dc-mark" }, node.mark), h("span", {}, inlines(node.children)));
      case "quote":
        return h("blockquote", {}, blocks(node.children));
      case "pre":
        return h("pre", { "data-language": node.language || null }, h("code", {}, node.children));
      default:
        return node.children.length ? h("p", {}, inlines(node.children)) : h("p", { class: "dc-gap" });
    }
  });
}

function embed(one, look) {
  return accented(one.accent, one.title ? h("h4", { class: "dc-h3" }, one.title) : null, one.children.length ? h("div", { class: "dc-text" }, blocks(one.children)) : null, one.picture ? picture(one.picture, look.words.picture, look) : null);
}

function accented(colour, ...children) {
  const made = h("div", { class: "dc-container" }, children);
  if (colour) made.style.setProperty("--accent", colour);
  return made;
}

function component(part, bubble, look) {
  switch (part.type) {
    case "container":
      return accented(part.accent, part.children.map((inner) => component(inner, bubble, look)));
    case "text":
      return h("div", { class: "dc-text" }, blocks(part.children));
    case "separator":
      return part.is_line ? h("hr", {}) : h("p", { class: "dc-gap" });
    case "gallery":
      return h("div", { class: `dc-gallery mosaic of-${part.pictures.length}` }, part.pictures.map((one) => picture(one.picture, one.about || look.words.picture, look)));
    case "section":
      return h("div", { class: "dc-section" }, h("div", {}, part.children.map((inner) => component(inner, bubble, look))), component(part.accessory, bubble, look));
    case "row":
      return roving(h("div", { class: "dc-row", role: "group" }, part.children.map((inner) => component(inner, bubble, look))), ".dc-button, .dc-select > button");
    case "select":
      return select(part, bubble, look);
    default:
      return button(part, bubble, look);
  }
}

function button(part, bubble, look) {
  if (part.url) return h("a", { class: "dc-button link", href: part.url, target: "_blank", rel: "noopener noreferrer" }, part.label, h("span", { class: "out", "aria-hidden": "true" }, " ↗"));
  const made = h("button", { type: "button", class: `dc-button ${part.style}`, disabled: !part.data }, part.label);
  made.addEventListener("click", () => look.press(bubble, part.data, made));
  return made;
}

// A list that opens under its prompt; with ticks where several may be on.
function select(part, bubble, look) {
  const prompt = part.prompt || look.words.choose;
  const on = part.options.filter((one) => one.is_on).length;
  const list = h("ul", { class: "dc-options", role: "listbox", "aria-label": prompt, hidden: true });
  const opener = h("button", { type: "button", "aria-haspopup": "listbox", "aria-expanded": "false" }, h("span", {}, prompt), h("span", { class: "dc-count" }, on && part.is_multiple ? String(on) : ""), h("span", { class: "dc-arrow", "aria-hidden": "true" }, "▾"));
  const open = (isOn) => {
    list.hidden = !isOn;
    opener.setAttribute("aria-expanded", String(isOn));
    if (isOn) {
      list.querySelector("button").focus();
      list.scrollIntoView({ block: "nearest" });
    }
  };
  for (const one of part.options) {
    const choice = h(
      "button",
      { type: "button", role: "option", "aria-selected": String(Boolean(one.is_on)), tabindex: "-1" },
      h("span", { class: "dc-label" }, one.label, one.about ? h("small", {}, one.about) : null),
      one.is_on === null ? null : h("span", { class: "tick", "aria-hidden": "true" }, one.is_on ? "✓" : ""),
    );
    choice.addEventListener("click", () => {
      open(false);
      opener.focus({ preventScroll: true });
      look.press(bubble, one.data, null);
    });
    list.append(h("li", { role: "presentation" }, choice));
  }
  roving(list);
  opener.addEventListener("click", () => open(list.hidden));
  const made = h("div", { class: "dc-select" }, opener, list);
  made.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      open(false);
      opener.focus();
    }
  });
  made.addEventListener("focusout", (event) => {
    if (!made.contains(event.relatedTarget)) open(false);
  });
  return made;
}
