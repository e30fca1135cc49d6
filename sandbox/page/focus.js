// Where the focus goes when what had it disappears, so that a keyboard never starts again at the top of the page.

import { byId } from "./dom.js";

export const isWide = () => matchMedia("(min-width: 700px)").matches;

// Runs a change; if it removes the focused element from `node`, focuses that element's successor, or else the composer.
export function keepingFocus(node, change) {
  const held = node.contains(document.activeElement) ? document.activeElement : null;
  change();
  if (!held || document.contains(held)) return;
  const successor = held.dataset.customId && node.querySelector(`[data-custom-id="${CSS.escape(held.dataset.customId)}"]:enabled`);
  (document.contains(node) && successor || composerInput()).focus();
}

// On a phone, focusing the input would open the keyboard over half of the page.
function composerInput() {
  if (!isWide()) return byId("messages");
  return byId("composer").querySelector("#entry:not([hidden]), #command input, #send");
}
