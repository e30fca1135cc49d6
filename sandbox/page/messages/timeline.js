// The messages of the open channel, and whether the reader follows their end.

import { byId, element } from "../dom.js";
import { messageView, notice } from "./message.js";
import { titleOf } from "../titles.js";

const NEAR_END_PIXELS = 48;

export class Timeline {
  constructor(context, useExample) {
    this.context = context;
    this.useExample = useExample;
    this.log = byId("messages");
    this.list = this.log.appendChild(element("div"));
    this.newest = byId("newest");
    this.newest.addEventListener("click", () => this.toEnd());
    this.taken = new Set(); // interactions that were answered, if only with a form or a changed message
    this.following = true;
    this.top = 0;
    this.log.addEventListener("scroll", () => this.scrolled());
    const sizes = new ResizeObserver(() => this.following && this.toEnd()); // a preview has loaded, the composer grew
    sizes.observe(this.log);
    sizes.observe(this.list);
  }

  open(channel, messages) {
    this.channel = channel;
    this.log.setAttribute("aria-label", `Messages in ${titleOf(channel)}`);
    this.list.replaceChildren(this.welcome(channel), ...messages.filter(this.kept).map((message) => this.view(message)));
    this.toEnd();
  }

  view = (message) => messageView(message, this.context, (words) => this.notify("notice", words, "failed"));

  kept = (message) => !this.context.dismissed.has(message.id);

  show(message) {
    if (!this.kept(message)) return;
    const view = byId(`message-${message.id}`);
    this.keepingPlace(() => {
      if (view) return view.update(message);
      this.drop(`pending-${message.interaction_metadata?.id}`);
      this.list.append(this.view(message));
    });
  }

  notify(id, text, kind = "pending") {
    this.keepingPlace(() => {
      this.drop(id);
      this.list.append(notice(id, text, kind));
    });
  }

  take(interactionId) {
    this.taken.add(interactionId);
    this.drop(`pending-${interactionId}`);
  }

  // Whether this interaction's answer, or its failure, is already there.
  answered(interactionId) {
    return this.taken.has(interactionId) || this.log.querySelector(`[data-interaction="${interactionId}"]`) !== null || byId(`pending-${interactionId}`) !== null;
  }

  drop = (id) => byId(id)?.remove();

  // Only the reader scrolls up; text that grows below does not end the following.
  scrolled() {
    const up = this.log.scrollTop < this.top;
    this.top = this.log.scrollTop;
    this.following = this.atEnd() || (this.following && !up);
    if (this.following) this.newest.hidden = true;
  }

  // Scrolls on only for a reader who is at the end; others are told that there is more.
  keepingPlace(change) {
    const follows = this.following;
    change();
    if (follows) this.toEnd();
    else this.newest.hidden = false;
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PIXELS;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.following = true;
    this.newest.hidden = true;
  }

  welcome(channel) {
    const example = element("button", { type: "button", class: "example", onclick: this.useExample },
      element("span", { class: "slash" }, "/generate"), " ", element("span", { class: "pair" }, element("i", {}, "prompt"), "ROMEO:"),
      " ", element("span", { class: "pair" }, element("i", {}, "temperature"), "0.8"));
    return element("section", { class: "welcome" }, element("h2", {}, `Welcome to ${titleOf(channel)}`),
      element("p", {}, "This is a Discord of your own: it runs on this machine, and so does the bot."),
      element("p", {}, "Type ", element("kbd", {}, "/generate"), " below, give it a prompt and a temperature, and press ",
        element("kbd", {}, "Enter"), ". Or start with this:"), example);
  }
}
