// What does the web platform's own chat look like? Messages from the stream, and a box to type into.

import { Composer } from "./composer.js";
import { Log, get, h, newId, post, postFile, toast } from "./dom.js";
import { drawMessage } from "./message.js";

export class WebChat {
  // language() -> BCP 47 tag of the page · takesFiles(chat) -> whether files can be sent there
  constructor({ chat, words, language, onTrouble, takesFiles }) {
    this.chat = chat;
    this.words = words;
    this.language = language;
    this.onTrouble = onTrouble;
    this.takesFiles = takesFiles;
    this.element = h("div", { class: "web-chat" });
    const list = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" });
    this.log = new Log(list);
    this.composer = new Composer({
      words,
      send: (text, ask) => this.say(ask ? { kind: "answer", text, action: ask.action } : { kind: "text", text }),
      attach: (file) => this.hand(file),
      complete: async (typed) =>
        (await get(`/chat/${encodeURIComponent(this.chat)}/complete?${new URLSearchParams({ typed, language: language() })}`)).found,
    });
    this.element.append(list, this.composer.element, this.composer.file);
    this.element.addEventListener("dragover", (event) => this.takesFiles(this.chat) && event.preventDefault());
    this.element.addEventListener("drop", (event) => this.dropped(event));
  }

  open() {
    this.close();
    this.log.clear();
    this.composer.takesFiles(this.takesFiles(this.chat));
    this.source = new EventSource(`/chat/${encodeURIComponent(this.chat)}/events`);
    this.source.addEventListener("message", (event) => this.show(JSON.parse(event.data)));
    this.source.addEventListener("open", () => this.onTrouble(""));
    this.source.addEventListener("error", () =>
      this.onTrouble(this.source.readyState === EventSource.CLOSED ? this.words.closed : this.words.lost),
    );
  }

  close() {
    if (this.source) this.source.close();
  }

  switchTo(chat) {
    this.chat = chat;
    this.open();
  }

  show(message) {
    this.log.put(message.id, this.draw(message));
    if (message.ask) this.composer.answering(message.ask);
  }

  draw(message) {
    if (message.author === "person") {
      return h("div", { class: "message mine" }, h("p", {}, message.text));
    }
    return drawMessage(message, { press: (event, action) => this.press(event, message, action) });
  }

  press(event, message, action) {
    event.currentTarget.classList.add("pressed");
    return this.say({ kind: "action", action, message: message.id });
  }

  dropped(event) {
    const [file] = event.dataTransfer.files;
    if (!file || !this.takesFiles(this.chat)) return;
    event.preventDefault();
    this.hand(file);
  }

  hand(file) {
    const about = new URLSearchParams({ id: newId(), name: file.name, language: this.language() });
    return this.sent(postFile(`/chat/${encodeURIComponent(this.chat)}/file?${about}`, file));
  }

  say(what) {
    return this.sent(post(`/chat/${encodeURIComponent(this.chat)}/say`, { id: newId(), language: this.language(), ...what }));
  }

  async sent(answer) {
    try {
      toast((await answer).toast);
    } catch {
      toast(this.words.unsent);
    }
    this.log.toEnd();
  }
}
