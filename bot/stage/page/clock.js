// Which time is it on the stage? Told by the server once, then run on here by its factor.

export class Clock {
  constructor(language) {
    this.language = language;
    this.at = Date.now();
    this.factor = 0;
    this.received = performance.now();
    this.zone = "UTC";
    this.city = "";
    this.listeners = [];
    setInterval(() => this.tell(), 200);
  }

  set({ at, factor, zone, city }) {
    this.at = Date.parse(at);
    this.factor = factor;
    this.received = performance.now();
    if (zone !== this.zone || !this.format) {
      this.zone = zone;
      const parts = { timeZone: zone, hourCycle: "h23" };
      this.format = new Intl.DateTimeFormat(this.language, { ...parts, hour: "2-digit", minute: "2-digit", second: "2-digit" });
      this.day = new Intl.DateTimeFormat(this.language, { ...parts, weekday: "short", month: "short", day: "numeric" });
    }
    this.city = city;
    this.tell();
  }

  now() {
    return this.at + (performance.now() - this.received) * this.factor;
  }

  onTick(listener) {
    this.listeners.push(listener);
  }

  tell() {
    if (!this.format) return;
    const now = new Date(this.now());
    for (const listener of this.listeners) listener(now, this);
  }
}

// `at` as it stands in a chat: hours and minutes.
export function hours(at, zone = "Asia/Shanghai") {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

// How long until then, as 2:03 or 5:00:12 or 3 d.
export function span(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const rest = `${Math.floor((seconds % 86400) / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return days ? `${days} d ${rest}` : rest;
}

// Says it aloud when the time of a push has come.
export class Announcer {
  constructor(words, clock) {
    this.words = words;
    this.coming = null;
    this.told = null;
    this.box = document.getElementById("arrived");
    clock.onTick((now) => this.look(now));
  }

  expect(coming) {
    if (this.coming && coming && coming.at !== this.coming.at) this.tell(this.coming);
    this.coming = coming;
  }

  look(now) {
    if (this.coming && now.getTime() >= Date.parse(this.coming.at)) this.tell(this.coming);
  }

  tell(coming) {
    if (this.told === coming.at) return;
    this.told = coming.at;
    this.box.textContent = this.words.arrived.replace("{when}", coming.words);
    this.box.classList.remove("on");
    void this.box.offsetWidth;
    this.box.classList.add("on");
    setTimeout(() => this.box.classList.remove("on"), 4200);
  }
}
