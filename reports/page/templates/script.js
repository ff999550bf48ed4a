(() => {
  "use strict";
  const root = document.documentElement;
  const store = {
    get: () => { try { return localStorage.getItem("umva-theme"); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem("umva-theme", theme); } catch { /* a page from a file may not store */ } },
  };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const button = document.getElementById("theme");
  const label = () => { button.textContent = dark() ? "Light colours" : "Dark colours"; };
  const stored = store.get();
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    store.set(root.dataset.theme);
    label();
  });
  label();
  button.hidden = false;

  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const list = document.querySelector("nav ol");
  const sections = [...document.querySelectorAll("main > section")];
  let current = null;
  const mark = () => {
    const atEnd = innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0;
    const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight * 0.3);
    const link = links.get((atEnd ? sections : begun).at(-1)?.id ?? sections[0]?.id);
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    if (link) list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
    current = link;
  };
  addEventListener("scroll", mark, { passive: true });
  addEventListener("resize", mark);
  mark();

  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details.booked, details.panels")) each.open = true;
  });
})();
