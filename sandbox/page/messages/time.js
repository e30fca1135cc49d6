// Formats times as Discord does, in the visitor's language.

import { locale } from "../locale.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function timestamp(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (style === "R") return relative(seconds - Date.now() / 1000);
  return new Intl.DateTimeFormat(locale, STYLES[style]).format(date);
}

function relative(seconds) {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

export function messageTime(date) {
  const today = new Date().toDateString() === date.toDateString();
  return timestamp(date / 1000, today ? "t" : "f");
}
