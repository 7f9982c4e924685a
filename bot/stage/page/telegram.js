// How does Telegram show a message? From its payload as the server read it: nested pieces, pictures, a keyboard.

import { h, roving } from "/page/dom.js";
import { hours } from "./clock.js";
import { copies, fileLink, meter, picture } from "./bubble.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", spoiler: "span" };
const DEEP = /^https:\/\/t\.me\/[A-Za-z0-9_]+\?start=([A-Za-z0-9_-]+)$/;
const FOLD_FROM = 110;

export function drawTelegram(bubble, look) {
  const { drawn, author } = bubble;
  const stamp = bubble.at ? h("time", { class: "stamp" }, hours(bubble.at)) : null;
  if (author !== "bot") {
    return h("div", { class: "tg mine" }, h("div", { class: "tg-bubble" }, h("p", {}, drawn.words), stamp));
  }
  if (drawn.file) {
    return h("div", { class: "tg" }, h("div", { class: "tg-bubble" }, fileLink(bubble, look.words), stamp));
  }
  const text = drawn.text.length ? h("div", { class: drawn.is_rich ? "tg-rich" : "tg-text" }, pieces(drawn.text, look)) : null;
  const pictures = drawn.photos.length ? album(drawn, look) : null;
  const inside = drawn.text_first ? [text, pictures] : [pictures, text];
  return h(
    "div",
    { class: "tg" },
    h("div", { class: `tg-bubble${pictures ? " pictured" : ""}` }, inside, stamp),
    drawn.keyboard.length ? keyboard(bubble, look) : null,
    copies(bubble, look.words),
    meter(bubble, look.words),
  );
}

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

// A quote or a code block stands on lines of its own: the line breaks at its borders are not shown twice.
function pieces(list, look) {
  return list.map((piece, index) => {
    if (typeof piece !== "string") return element(piece, look);
    const after = BLOCKS.has(list[index - 1]?.type) ? piece.replace(/^\n/, "") : piece;
    return BLOCKS.has(list[index + 1]?.type) ? after.replace(/\n$/, "") : after;
  });
}

function element(piece, look) {
  const children = pieces(piece.children, look);
  switch (piece.type) {
    case "text_link":
    case "url":
      return link(piece.url, children, look);
    case "blockquote":
      return h("blockquote", {}, children);
    case "expandable_blockquote":
      return folded(children, look.words);
    case "pre":
      return h("pre", { "data-language": piece.language }, h("code", {}, children));
    case "rich":
      return rich(piece, children, look);
    default:
      return h(TAGS[piece.type] || "span", {}, children);
  }
}

const RICH = new Set("h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre code table tr th td details summary b i u s mark sub sup br hr figure figcaption".split(" "));

// Pictures of a rich message lie at public addresses, which a preview does not ask.
function rich(piece, children, look) {
  const { tag, value } = piece;
  if (tag === "a") return link(value, children, look);
  if (tag === "img") return h("span", { class: "gone" }, value || look.words.picture);
  if (!RICH.has(tag)) return h(tag === "tg-collage" ? "div" : "span", { class: tag }, children);
  return h(tag, { open: tag === "details" && value !== null, start: tag === "ol" ? value : null }, children);
}

function link(url, children, look) {
  const deep = look.deepLink && DEEP.exec(url);
  if (!deep) return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
  return h("a", { href: url, onclick: (event) => follow(event, deep[1], look) }, children);
}

function follow(event, payload, look) {
  event.preventDefault();
  look.deepLink(payload);
}

function folded(children, words) {
  const inner = h("div", {}, children);
  const quote = h("blockquote", { class: "expandable" }, inner);
  if (inner.textContent.length < FOLD_FROM && inner.textContent.split("\n").length < 4) return quote;
  quote.classList.add("folded");
  const button = h("button", { type: "button", class: "fold", "aria-expanded": "false" }, words.expand);
  button.addEventListener("click", () => {
    const isOpen = quote.classList.toggle("folded") === false;
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? words.collapse : words.expand;
  });
  quote.append(button);
  return quote;
}

function album(drawn, look) {
  return h(
    "div",
    { class: `tg-album mosaic of-${drawn.photos.length}` },
    drawn.photos.map((sha) => picture(sha, look.words.picture, look)),
  );
}

function keyboard(bubble, look) {
  const rows = bubble.drawn.keyboard.map((row) =>
    h(
      "div",
      { class: "tg-row" },
      row.map((one) => {
        const deep = look.deepLink && one.url ? DEEP.exec(one.url) : null;
        if (one.url) {
          return h(
            "a",
            { class: `tg-key ${one.style}`, href: one.url, target: deep ? null : "_blank", rel: "noopener noreferrer", onclick: deep ? (event) => follow(event, deep[1], look) : () => {} },
            one.label,
            h("span", { class: "out", "aria-hidden": "true" }, "↗"),
          );
        }
        const button = h("button", { type: "button", class: `tg-key ${one.style}` }, one.label);
        button.addEventListener("click", () => look.press(bubble, one.data, button));
        return button;
      }),
    ),
  );
  return roving(h("div", { class: "tg-keyboard", role: "group" }, rows));
}
