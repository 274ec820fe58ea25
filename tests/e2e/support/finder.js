// Finds things by role and accessible name in browsers whose drivers cannot. Runs inside the page, sent by the driver, and
// so must not use anything from outside itself.

/**
 * The visible elements with a role and a name (the name a string, or `/…/` for a pattern), as an array.
 * Follows the parts of "Accessible Name and Description Computation 1.2" that the app uses.
 */
export function findByRole(role, name, isPattern) {
  const implicit = {
    A: (e) => (e.hasAttribute("href") ? "link" : ""),
    BUTTON: () => "button",
    H1: () => "heading",
    H2: () => "heading",
    H3: () => "heading",
    DIALOG: () => "dialog",
    SELECT: () => "combobox",
    TEXTAREA: () => "textbox",
    NAV: () => "navigation",
    TABLE: () => "table",
    TR: () => "row",
    LI: () => "listitem",
    OPTION: () => "option",
    OUTPUT: () => "status",
    INPUT: (e) => {
      const listed = e.hasAttribute("list");
      const roles = { checkbox: "checkbox", radio: "radio", search: "searchbox", number: "spinbutton", submit: "button", button: "button", date: "date", file: "file" };
      return listed && !["checkbox", "radio", "date", "file"].includes(e.type) ? "combobox" : (roles[e.type] ?? "textbox");
    },
  };
  const roleOf = (e) => e.getAttribute("role")?.split(" ")[0] || implicit[e.tagName]?.(e) || "";
  const clean = (text) => (text ?? "").replace(/\s+/g, " ").trim();

  function textOf(e) {
    if (e.nodeType === Node.TEXT_NODE) {
      return e.textContent;
    }
    if (e.nodeType !== Node.ELEMENT_NODE || e.getAttribute("aria-hidden") === "true" || e.hidden) {
      return "";
    }
    const label = e.getAttribute("aria-label");
    if (label) {
      return label;
    }
    if (e.tagName === "IMG") {
      return e.alt;
    }
    const isBlock = getComputedStyle(e).display !== "inline";
    const inner = [...e.childNodes].map(textOf).join("");
    return isBlock ? ` ${inner} ` : inner;
  }

  function nameOf(e) {
    const ids = e.getAttribute("aria-labelledby");
    if (ids) {
      return clean(ids.split(/\s+/).map((id) => textOf(document.getElementById(id) ?? new Text())).join(" "));
    }
    const label = e.getAttribute("aria-label");
    if (label) {
      return clean(label);
    }
    if (e.labels?.length) {
      const own = (l) => [...l.childNodes].filter((n) => n !== e && !n.contains?.(e)).map(textOf).join("") || textOf(l);
      return clean([...e.labels].map(own).join(" "));
    }
    if (["INPUT", "TEXTAREA", "SELECT", "DIALOG", "NAV", "TABLE"].includes(e.tagName)) {
      return clean(e.getAttribute("title") ?? e.getAttribute("placeholder") ?? "");
    }
    return clean(textOf(e)) || clean(e.getAttribute("title"));
  }

  const wanted = isPattern ? new RegExp(name) : name;
  const fits = (text) => name === null || (isPattern ? wanted.test(text) : text === wanted);
  const isVisible = (e) => e.type === "file" || e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
  return [...document.querySelectorAll("*")].filter((e) => roleOf(e) === role && isVisible(e) && fits(nameOf(e)));
}
