// How are elements made? From tags, attributes and text nodes; HTML comes only sieved from the server.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// The server built this HTML escaped and sieved it once more (nh3); a parsed document runs no script.
// picture(address): where that picture is to be had.
export function sieved(html, picture) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const one of parsed.querySelectorAll("img")) one.setAttribute("src", picture(one.getAttribute("src")));
  const fragment = document.createDocumentFragment();
  fragment.append(...[...parsed.body.childNodes].map((node) => document.adoptNode(node)));
  for (const picture of fragment.querySelectorAll("img")) picture.decoding = "async";
  return fragment;
}

// Arrow keys move within a group of buttons; Tab leaves it.
export function roving(group, selector = "button, a") {
  const members = () => [...group.querySelectorAll(selector)].filter((one) => !one.disabled);
  const settle = (current) => {
    for (const one of members()) one.tabIndex = one === current ? 0 : -1;
  };
  settle(members()[0]);
  group.addEventListener("focusin", (event) => {
    if (members().includes(event.target)) settle(event.target);
  });
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = members();
    const at = all.indexOf(document.activeElement);
    if (at < 0 || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const next = step ? (at + step + all.length) % all.length : event.key === "Home" ? 0 : all.length - 1;
    all[next].focus();
  });
  return group;
}

// A list of messages that keeps its end in sight unless somebody reads further up.
export class Log {
  constructor(element) {
    this.element = element;
    this.shown = new Map();
  }

  put(id, made) {
    const follows = this.isAtEnd();
    const old = this.shown.get(id);
    if (old) {
      const focused = document.activeElement && old.contains(document.activeElement) ? place(old) : null;
      old.replaceWith(made);
      made.classList.add("changed");
      if (focused !== null) restore(made, focused);
    } else {
      this.element.append(made);
    }
    this.shown.set(id, made);
    // a picture that arrives later makes the log longer
    for (const picture of made.querySelectorAll("img")) {
      picture.addEventListener("load", () => follows && this.toEnd(), { once: true });
    }
    if (follows) this.toEnd();
  }

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < 120;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  clear() {
    this.element.replaceChildren();
    this.shown.clear();
  }
}

function place(element) {
  return [...element.querySelectorAll("button, a, select")].indexOf(document.activeElement);
}

function restore(element, at) {
  const all = [...element.querySelectorAll("button, a, select")];
  const wanted = all[Math.min(Math.max(at, 0), all.length - 1)];
  if (wanted) wanted.focus({ preventScroll: true });
}

let toastTimer = 0;

// A passing word, read out politely.
export function toast(words) {
  const box = document.getElementById("toast");
  if (!box || !words) return;
  box.textContent = words;
  box.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("on"), 3500);
}

async function asked(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

export const get = (path) => asked(path);
export const post = (path, body) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
export const postFile = (path, file) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });

export const newId = () => crypto.randomUUID();
