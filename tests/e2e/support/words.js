// The app's own words, so that tests find things by the name a person sees and follow when a word changes.
import { readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../../../locales");

/** A placeholder: `{name}`. */
const PLACEHOLDER = /\{(\w+)\}/;

/**
 * Words of a language: `t("customers.new")`, `t("newCustomer.saved", { name: "Ana" })`. Where a text has forms for one and
 * for many, `n` chooses. Placeholders without a value become wildcards, and the result a regular expression for the whole
 * text.
 */
export function words(language) {
  const texts = JSON.parse(readFileSync(path.join(FOLDER, `${language}.json`), "utf8"));
  const plurals = new Intl.PluralRules(language);

  return function t(key, values = {}) {
    let text = key.split(".").reduce((node, part) => node?.[part], texts);
    if (text?.other !== undefined) {
      text = values.n === undefined ? text.other : (text[plurals.select(Number(values.n))] ?? text.other);
    }
    if (typeof text !== "string") {
      throw new Error(`locales/${language}.json has no text ${key}`);
    }
    // Odd parts are the placeholders' names.
    const parts = text.split(PLACEHOLDER);
    const isOpen = parts.some((part, number) => number % 2 === 1 && values[part] === undefined);
    if (!isOpen) {
      return parts.map((part, number) => (number % 2 === 1 ? String(values[part]) : part)).join("");
    }
    const pattern = parts.map((part, number) => {
      if (number % 2 === 0) {
        return escape(part);
      }
      return values[part] === undefined ? ".+" : escape(String(values[part]));
    });
    return new RegExp(`^${pattern.join("")}$`);
  };
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
