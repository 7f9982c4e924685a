// Where does one type? A box that completes commands, and turns into the answer box when a question is asked.

import { h } from "./dom.js";

let count = 0;

export class Composer {
  // send(text, ask) · attach(file) · complete(typed) -> [{label, about, value}] · words: placeholder, send, attach, answer_cancel
  constructor({ send, attach, complete, words }) {
    this.send = send;
    this.attach = attach;
    this.complete = complete;
    this.words = words;
    this.ask = null;
    this.found = [];
    this.at = -1;
    this.turn = 0;
    const listId = `completions-${(count += 1)}`;
    this.list = h("ul", { class: "completions", id: listId, role: "listbox", hidden: true });
    this.input = h("input", {
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "send",
      maxlength: "2000",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-autocomplete": "list",
    });
    this.cancel = h("button", { type: "button", class: "ask-cancel", hidden: true, onclick: () => this.answering(null) }, "×");
    this.button = h("button", { type: "submit", class: "send" }, arrow());
    // not in the form, which has one box
    this.file = h("input", { type: "file", accept: ".md,.markdown,.zip", hidden: true, onchange: () => this.picked() });
    this.clip = h("button", { type: "button", class: "clip", hidden: true, onclick: () => this.file.click() }, "📎");
    this.element = h("form", { class: "composer" }, this.list, this.cancel, this.clip, this.input, this.button);
    this.element.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // a press on the list takes the focus first; whoever is back in the box meanwhile keeps what is offered
    this.input.addEventListener("blur", () => setTimeout(() => document.activeElement === this.input || this.close(), 120));
    this.speak(words);
  }

  speak(words) {
    this.words = words;
    this.button.setAttribute("aria-label", words.send);
    this.cancel.setAttribute("aria-label", words.answer_cancel);
    this.clip.setAttribute("aria-label", words.attach);
    if (!this.ask) this.label(words.placeholder);
  }

  label(words) {
    this.input.placeholder = words;
    this.input.setAttribute("aria-label", words);
  }

  takesFiles(isOn) {
    this.clip.hidden = !isOn;
  }

  picked() {
    const [file] = this.file.files;
    this.file.value = ""; // the same file can be picked again
    if (file) this.attach(file);
  }

  enabled(isOn, why) {
    this.input.disabled = !isOn;
    this.clip.disabled = !isOn;
    this.button.disabled = !isOn;
    this.label(isOn ? this.words.placeholder : why);
  }

  answering(ask) {
    this.ask = ask;
    this.cancel.hidden = !ask;
    this.element.classList.toggle("asking", Boolean(ask));
    this.label(ask ? ask.placeholder || ask.prompt : this.words.placeholder);
    if (ask) this.input.focus();
  }

  submit(event) {
    event.preventDefault();
    if (this.at >= 0 && !this.list.hidden) {
      this.take(this.found[this.at]);
      return;
    }
    const text = this.input.value.trim();
    if (!text) return;
    const ask = this.ask;
    this.answering(null);
    this.input.value = "";
    this.close();
    this.send(text, ask);
  }

  async look() {
    const typed = this.input.value;
    const turn = (this.turn += 1);
    if (this.ask || !typed.startsWith("/")) {
      this.close();
      return;
    }
    let found = [];
    try {
      found = await this.complete(typed);
    } catch {
      // without a connection nothing is offered; the status line says why
    }
    if (turn !== this.turn || this.input.value !== typed) return;
    this.show(found);
  }

  show(found) {
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(
      ...found.map((one, index) =>
        h(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false", onmousedown: (event) => this.pick(event, one) },
          h("b", {}, one.label),
          one.about ? h("span", {}, one.about) : null,
        ),
      ),
    );
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  pick(event, one) {
    event.preventDefault();
    this.take(one);
  }

  take(one) {
    const isCommand = !this.input.value.includes(" ");
    this.input.value = isCommand ? `${one.value} ` : one.value;
    this.close();
    this.input.focus();
    if (isCommand) this.look();
  }

  close() {
    this.turn += 1;
    this.found = [];
    this.at = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (isOpen) this.close();
      else if (this.ask) this.answering(null);
      else this.input.blur();
    } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.at + step + this.found.length + (this.at < 0 && step < 0 ? 1 : 0)) % this.found.length);
    } else if (isOpen && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.take(this.found[Math.max(0, this.at)]);
    }
  }

  mark(at) {
    this.at = at;
    [...this.list.children].forEach((one, index) => {
      one.setAttribute("aria-selected", String(index === at));
      if (index === at) one.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }
}

function arrow() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 12 20 4l-5 16-3.5-6.5z");
  svg.append(path);
  return svg;
}
