// The visitor's language: how commands are called in it, and how times and numbers are written. What is sent are plain names.

import { element } from "./dom.js";

export let locale = "en-US";
export const setPageLocale = (code) => (locale = code);

export const labelOf = (item) => item.name_localized ?? item.name;
export const descriptionOf = (item) => item.description_localized ?? item.description ?? "";

// The `lang` of a label or description; what isn't translated is in the page's own language.
export const langOf = (item, field = "name") => (item[`${field}_localized`] == null ? null : locale);

export const named = (tag, item, attributes = {}, before = "") => element(tag, { lang: langOf(item), ...attributes }, before + labelOf(item));

export const numeral = (number) => new Intl.NumberFormat(locale).format(number);
