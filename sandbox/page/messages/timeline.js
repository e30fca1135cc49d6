// The messages of the open channel; follows new ones unless the reader has scrolled up.

import { Announcer } from "./announcer.js";
import { byId, element } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { isLoading, messageView, notice } from "./message.js";
import { titleOf } from "../titles.js";
import { welcome } from "./welcome.js";

const NEAR_END_PIXELS = 48;

export class Timeline {
  constructor(context, fillInExample) {
    this.context = context;
    this.fillInExample = fillInExample;
    this.log = byId("messages");
    this.announcer = new Announcer();
    this.list = this.log.appendChild(element("div"));
    this.newest = byId("newest");
    this.newest.addEventListener("click", () => this.toEnd());
    this.acknowledged = new Set(); // interactions with a response, if only a modal or an edited message
    this.following = true;
    this.top = 0;
    this.log.addEventListener("scroll", () => this.scrolled());
    const sizes = new ResizeObserver(() => this.following && this.toEnd()); // a preview loaded, or the composer grew
    sizes.observe(this.log);
    sizes.observe(this.list);
  }

  open(channel, messages) {
    this.channel = channel;
    this.log.setAttribute("aria-label", `Messages in ${titleOf(channel)}`);
    this.list.replaceChildren(this.welcome(), ...messages.filter(this.isShown).map((message) => this.view(message)));
    this.toEnd();
  }

  welcome = () => welcome(this.channel, this.context.commands, this.fillInExample);

  view = (message) => messageView(message, this.context, (text) => this.notify("notice", text, "failed"));

  isShown = (message) => !this.context.dismissed.has(message.id);

  // Renders what is shown again, after the names of commands or the visitor's language have changed.
  refresh() {
    const top = this.log.scrollTop;
    keepingFocus(this.list, () => [...this.list.children].forEach((node) => node.replaceWith(this.renewed(node))));
    if (this.following) this.toEnd();
    else this.log.scrollTop = top;
  }

  renewed(node) {
    if (node.matches(".welcome")) return this.welcome();
    const message = this.context.messages.get(node.id.replace("message-", "")); // notices have none
    return message ? this.view(message) : node;
  }

  show(message) {
    if (!this.isShown(message)) return;
    const known = byId(`message-${message.id}`);
    const view = known ?? this.view(message);
    this.keepingPosition(() => {
      if (known) return view.update(message);
      this.remove(`pending-${message.interaction_metadata?.id}`);
      this.list.append(view);
    });
    if (message.author.id !== this.context.me.id && !isLoading(message)) this.announcer.saySoon(message, this.context);
  }

  notify(id, text, kind = "pending") {
    this.keepingPosition(() => {
      this.remove(id);
      this.list.append(notice(id, text, kind));
    });
    this.announcer.say(text);
  }

  acknowledge(interactionId) {
    this.acknowledged.add(interactionId);
    this.remove(`pending-${interactionId}`);
  }

  // Whether this interaction's response, or its failure, is already shown.
  hasResponse(interactionId) {
    return this.acknowledged.has(interactionId) || this.log.querySelector(`[data-interaction="${interactionId}"]`) !== null || byId(`pending-${interactionId}`) !== null;
  }

  remove(id) {
    const view = byId(id);
    if (view) keepingFocus(view, () => view.remove());
  }

  // Only the reader scrolls up; growing text must not turn following off.
  scrolled() {
    const up = this.log.scrollTop < this.top;
    this.top = this.log.scrollTop;
    this.following = this.atEnd() || (this.following && !up);
    if (this.following) this.newest.hidden = true;
  }

  // Scrolls only if the reader is at the end; otherwise shows that there are new messages.
  keepingPosition(change) {
    const following = this.following;
    change();
    if (following) this.toEnd();
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
}
