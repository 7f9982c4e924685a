// One look: its chats, what is said in them, and the box one types into.

import { Composer } from "/page/composer.js";
import { Log, get, h, newId, post, roving, toast } from "/page/dom.js";

export class LookColumn {
  // draw(bubble, look) -> element; people: role -> id on this platform; role() -> the present one
  constructor({ name, words, chatWords, people, draw, role }) {
    this.name = name;
    this.words = words;
    this.people = people;
    this.draw = draw;
    this.role = role;
    this.scene = "private";
    this.title = h("strong", {});
    this.about = h("span", {});
    this.logs = {};
    this.buttons = {};
    this.composer = new Composer({
      words: { ...chatWords, placeholder: words[`placeholder_${name}`] },
      send: (text, ask) => this.act({ kind: "text", text, answers: ask ? ask.action : null }),
      complete: async (typed) => (await get(`/stage/complete?${new URLSearchParams({ look: name, role: role(), typed })}`)).found,
    });
    this.stack = h("div", { class: "stack" });
    this.element = h(
      "div",
      { class: `card look ${name}` },
      h("div", { class: "look-head" }, h("span", { class: "avatar", "aria-hidden": "true" }, "知"), h("p", {}, this.title, this.about), this.switcher()),
      this.stack,
      this.composer.element,
    );
  }

  switcher() {
    for (const scene of ["private", "channel"]) {
      this.buttons[scene] = h(
        "button",
        { type: "button", "aria-pressed": "false", "data-scene": scene, onclick: () => this.turn(scene) },
        this.words[`chat_${scene}`],
      );
    }
    return roving(h("div", { class: "segments", role: "group", "aria-label": this.words.chats }, Object.values(this.buttons)));
  }

  // The full name of a chat, as the server calls it.
  get sceneName() {
    return `${this.name}-${this.scene === "private" ? this.role() : "channel"}`;
  }

  logOf(scene) {
    if (!this.logs[scene]) {
      const element = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "data-scene": scene, hidden: true });
      element.append(h("p", { class: "nothing" }, this.words[scene.endsWith("-curator") ? "nothing_curator" : "nothing_yet"]));
      this.stack.append(element);
      this.logs[scene] = new Log(element);
    }
    return this.logs[scene];
  }

  turn(scene) {
    this.scene = scene;
    this.roleChanged();
  }

  roleChanged() {
    const shown = this.sceneName;
    const log = this.logOf(shown);
    for (const [name, one] of Object.entries(this.logs)) one.element.hidden = name !== shown;
    for (const [scene, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-pressed", String(scene === this.scene));
      if (scene === this.scene) button.classList.remove("news");
    }
    const isChannel = this.scene === "channel";
    this.title.textContent = isChannel ? (this.name === "discord" ? `# ${this.words.channel_name}` : this.words.channel_name) : this.words.name;
    this.about.textContent = isChannel ? this.words.subscribers : this.words.bot;
    log.element.setAttribute("aria-label", `${this.name}: ${this.title.textContent}`);
    const mayType = !(isChannel && this.name === "telegram" && this.role() === "reader");
    this.composer.answering(null);
    this.composer.enabled(mayType, this.words.only_admins);
    for (const bubble of this.stack.querySelectorAll("[data-viewer]")) {
      bubble.hidden = bubble.dataset.viewer !== this.people[this.role()];
    }
    log.toEnd();
  }

  toEnd() {
    this.logOf(this.sceneName).toEnd();
  }

  show(bubble) {
    const scene = bubble.scene;
    const log = this.logOf(scene);
    const made = this.draw(bubble, this);
    made.dataset.id = bubble.id;
    if (bubble.viewer) {
      made.dataset.viewer = bubble.viewer;
      made.hidden = bubble.viewer !== this.people[this.role()];
    }
    log.put(bubble.id, made);
    const isHere = scene === this.sceneName;
    if (!isHere && bubble.author === "bot") {
      const which = scene.endsWith("-channel") ? "channel" : scene === `${this.name}-${this.role()}` ? "private" : null;
      if (which) this.buttons[which].classList.add("news");
    }
    if (isHere && bubble.drawn.asks !== null && bubble.drawn.asks !== undefined) {
      this.composer.answering({ prompt: "", placeholder: bubble.drawn.asks, action: bubble.drawn.answers });
    }
  }

  clear() {
    for (const log of Object.values(this.logs)) log.element.remove();
    this.logs = {};
    this.roleChanged();
    this.composer.answering(null);
    for (const button of Object.values(this.buttons)) button.classList.remove("news");
  }

  // --- what the visitor does

  picture(sha) {
    return `/picture/${sha}`;
  }

  press(bubble, data, element) {
    if (element) element.classList.add("pressed");
    return this.act({ kind: "press", data, message: bubble.id }).finally(() => element && element.classList.remove("pressed"));
  }

  // A link into the private chat: opened there, as the platform would.
  deepLink(payload) {
    this.turn("private");
    return this.act({ kind: "text", text: `/start ${payload}` });
  }

  async act(what) {
    const scene = this.sceneName;
    try {
      const answer = await post("/stage/act", { id: newId(), scene, role: this.role(), ...what });
      toast(answer.toast);
      if (answer.ask) this.modal(answer.ask);
    } catch {
      toast(this.words.unsent);
    }
    this.logOf(scene).toEnd();
  }

  modal(ask) {
    const input = h("input", { type: "text", placeholder: ask.placeholder, "aria-label": ask.prompt, maxlength: "400" });
    const dialog = h(
      "dialog",
      { class: "modal" },
      h(
        "form",
        { method: "dialog" },
        h("h3", {}, ask.prompt),
        input,
        h("p", { class: "modal-row" }, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, this.words.cancel), h("button", { type: "submit", class: "go" }, this.words.answer)),
      ),
    );
    dialog.querySelector("form").addEventListener("submit", () => {
      const text = input.value.trim();
      if (text) this.act({ kind: "text", text, answers: ask.action });
    });
    dialog.addEventListener("close", () => dialog.remove());
    this.element.append(dialog);
    dialog.showModal();
    input.focus();
  }
}
